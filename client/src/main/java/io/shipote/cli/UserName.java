package io.shipote.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Turns the user of {@code --user} into numbers, as the host's own {@code id(1)} and {@code getent(1)} know it. */
final class UserName {
    private UserName() {}

    /** {@code run_as} of a card, with the user's supplementary groups unless a group is named. */
    static ObjectNode runAs(String text) {
        int colon = text.indexOf(':');
        String user = colon < 0 ? text : text.substring(0, colon);
        ObjectNode runAs = JsonNodeFactory.instance.objectNode();
        runAs.put("uid", number(user) ? Long.parseLong(user) : Long.parseLong(ask("id", "-u", "--", user)));
        if (colon >= 0) {
            runAs.put("gid", group(text.substring(colon + 1)));
            runAs.putArray("groups");
            return runAs;
        }
        runAs.put("gid", Long.parseLong(ask("id", "-g", "--", user)));
        ArrayNode groups = runAs.putArray("groups");
        for (String group : ask("id", "-G", "--", user).split(" ")) {
            groups.add(Long.parseLong(group));
        }
        return runAs;
    }

    private static long group(String name) {
        return number(name)
                ? Long.parseLong(name)
                : Long.parseLong(ask("getent", "group", name).split(":")[2]);
    }

    private static boolean number(String text) {
        return text.matches("[0-9]{1,10}");
    }

    private static String ask(String... words) {
        try {
            Process process = new ProcessBuilder(words)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            process.getOutputStream().close();
            String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).trim();
            if (process.waitFor() == 0 && !answer.isEmpty()) {
                return answer;
            }
        } catch (IOException e) {
            throw new UsageException("--user: " + words[0] + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new UsageException("--user: no such user or group: " + words[words.length - 1]
                + " (a number without an entry needs a group: UID:GID)");
    }
}
