package io.shipote.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.importer.ImportPlan;
import java.util.ArrayList;
import java.util.List;

/** The calls that an import is made of, none longer than a frame may be. A live pipeline goes with its workspace. */
final class ImportBatches {
    /** Characters of JSON in one call; a frame may have a MiB, and a character up to four bytes. */
    private static final int MAX_CHARS = 200_000;

    private final List<ObjectNode> batches = new ArrayList<>();
    private ObjectNode open;
    private int chars;

    private ImportBatches() {}

    static List<ObjectNode> of(ImportPlan plan) {
        ImportBatches all = new ImportBatches();
        List<ObjectNode> live = new ArrayList<>(plan.livePipelines());
        for (ObjectNode workspace : plan.workspaces()) {
            all.begin(workspace);
            all.add("workspaces", workspace);
            for (ObjectNode pipeline : plan.livePipelines()) {
                if (pipeline.path("workspace").equals(workspace.path("id"))) {
                    all.add("live_pipelines", pipeline);
                    live.remove(pipeline);
                }
            }
        }
        for (ObjectNode pipeline : plan.savedPipelines()) {
            all.begin(pipeline);
            all.add("saved_pipelines", pipeline);
        }
        for (ObjectNode pipeline : live) {
            all.begin(pipeline);
            all.add("live_pipelines", pipeline);
        }
        return all.batches;
    }

    private void begin(JsonNode entry) {
        if (open == null || chars + entry.toString().length() > MAX_CHARS) {
            open = Invocation.parameters();
            open.putArray("workspaces");
            batches.add(open);
            chars = 0;
        }
    }

    private void add(String key, JsonNode entry) {
        ArrayNode list = open.path(key) instanceof ArrayNode there ? there : open.putArray(key);
        list.add(entry);
        chars += entry.toString().length();
    }
}
