package io.shipote.core.linux;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.platform.commons.support.AnnotationSupport;

/** Skips what is {@link Cgroup2} where there is no such tree. */
final class Cgroup2Condition implements ExecutionCondition {
    @Override
    public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
        Optional<Cgroup2> wanted =
                context.getTestClass().flatMap(type -> AnnotationSupport.findAnnotation(type, Cgroup2.class));
        if (wanted.isEmpty()) {
            return ConditionEvaluationResult.enabled("does not need cgroup v2");
        }
        Cgroup2Ground ground = Cgroup2Ground.find();
        if (ground.base().isEmpty()) {
            return ConditionEvaluationResult.disabled("no cgroup v2 tree to test in: " + ground.why());
        }
        List<String> missing = new ArrayList<>(List.of(wanted.get().controllers()));
        missing.removeAll(ground.controllers());
        return missing.isEmpty()
                ? ConditionEvaluationResult.enabled("in " + ground.base().get())
                : ConditionEvaluationResult.disabled("this kernel has no controllers " + missing);
    }
}
