package io.shipote.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.shipote.card.CommandRef;
import io.shipote.card.LaunchSpec;
import io.shipote.card.Problems;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LaunchOptionsTest {
    private static ObjectNode card(String... options) {
        Flags flags = new Flags();
        new Run().options(flags);
        String[] words = new String[options.length + 2];
        System.arraycopy(options, 0, words, 0, options.length);
        words[options.length] = "--";
        words[options.length + 1] = "true";
        Invocation in = new Invocation(flags.global().parse(words, true), null, null, false);
        return RunSpec.of(in, Map.of("HOME", "/h"), "/here");
    }

    @Test
    void optionsStandInTheCard() {
        ObjectNode card = card(
                "--clear-env",
                "--umask",
                "027",
                "--nice",
                "-5",
                "--rlimit",
                "core=0",
                "--rlimit",
                "nofile=1K:2K",
                "--rlimit",
                "stack=unlimited",
                "--affinity",
                "0,2-3",
                "--user",
                "7:8",
                "--namespaces",
                "net,pid");
        assertEquals(
                "{\"cwd\":\"/here\",\"env_mode\":\"clear\",\"umask\":\"027\",\"nice\":-5,"
                        + "\"rlimits\":{\"core\":0,\"nofile\":[1024,2048],\"stack\":\"unlimited\"}}",
                card.get("shipote").toString());
        Problems problems = new Problems();
        CommandRef command = CommandRef.decode(card, "", problems);
        command.check("", problems);
        assertTrue(problems.isEmpty(), () -> problems.list().toString());
        assertEquals(List.of(0L, 2L, 3L), command.soma().cpuAffinity().orElseThrow());
        assertEquals(7, command.soma().runAs().orElseThrow().uid());
        assertEquals(8, command.soma().runAs().orElseThrow().gid());
        assertEquals(List.of(), command.soma().runAs().orElseThrow().groups());
        assertTrue(
                command.soma().namespaces().net() && command.soma().namespaces().pid());
        assertEquals(3, LaunchSpec.of(command).rlimits().size());
    }

    @Test
    void withoutOptionsTheCardIsPlain() {
        assertEquals("{\"cwd\":\"/here\"}", card().get("shipote").toString());
        assertTrue(card().path("soma").isMissingNode());
    }

    @Test
    void aUserIsLookedUpOnThisHost() {
        assertEquals(0, UserName.runAs("root").get("uid").asLong(-1));
        assertEquals(0, UserName.runAs("0:root").get("gid").asLong(-1));
        UsageException failure = assertThrows(UsageException.class, () -> UserName.runAs("no-such-user-here"));
        assertTrue(failure.getMessage().contains("no-such-user-here"), failure.getMessage());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--nice=five",
                "--rlimit=core",
                "--rlimit==1",
                "--rlimit=core=x",
                "--rlimit=core=1:",
                "--affinity=1-0",
                "--namespaces=time",
                "--user=no-such-user-here"
            })
    void refused(String option) {
        assertThrows(UsageException.class, () -> card(option));
    }

    @Test
    void theTwoKindsOfEnvironmentExcludeEachOther() {
        assertThrows(UsageException.class, () -> card("--clear-env", "--inherit-env"));
    }
}
