package io.shipote.cli;

import java.util.ArrayList;
import java.util.List;
import org.apache.commons.cli.Option;

/** {@code completion}: a script that completes verbs and options in a shell. Needs no daemon. */
final class Completion implements Verb {
    @Override
    public String summary() {
        return "print a completion script for a shell";
    }

    @Override
    public String arguments() {
        return "bash|zsh|fish";
    }

    @Override
    public int run(Invocation in) {
        String shell = in.only("SHELL");
        String script = script(shell);
        if (in.json()) {
            in.printJson(Invocation.parameters().put("shell", shell).put("script", script));
        } else {
            in.console().text(script);
        }
        return 0;
    }

    private static String script(String shell) {
        switch (shell) {
            case "bash":
                return bash();
            case "zsh":
                return "#compdef shipote\nautoload -U +X bashcompinit && bashcompinit\n" + bash();
            case "fish":
                return fish();
            default:
                throw new UsageException("no completion for " + shell + " (there is bash, zsh and fish)");
        }
    }

    private static String bash() {
        StringBuilder out = new StringBuilder("_shipote() {\n")
                .append("  local cur=${COMP_WORDS[COMP_CWORD]} words='' path='' w\n")
                .append("  for w in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do\n")
                .append("    case $w in -*) ;; *) path=\"$path$w \" ;; esac\n")
                .append("  done\n")
                .append("  case $path in\n");
        arm(out, "''", String.join(" ", firstWords()) + " help --socket --json --no-start --version --help");
        for (String group : Verbs.groups()) {
            arm(out, "'" + group + " '", Verbs.ofGroup(group).replace(",", "") + " --help");
        }
        arm(out, "'help '", String.join(" ", firstWords()));
        for (String group : Verbs.groups()) {
            arm(out, "'help " + group + " '", Verbs.ofGroup(group).replace(",", ""));
        }
        for (String name : Verbs.names()) {
            arm(out, "'" + name + " '*", String.join(" ", optionsOf(name)));
        }
        return out.append("  esac\n")
                .append("  COMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n")
                .append("}\n")
                .append("complete -o default -F _shipote shipote\n")
                .toString();
    }

    private static void arm(StringBuilder out, String pattern, String words) {
        out.append("    ").append(pattern).append(") words='").append(words).append("' ;;\n");
    }

    private static String fish() {
        StringBuilder out = new StringBuilder();
        String none = "__fish_use_subcommand";
        for (String word : firstWords()) {
            out.append("complete -c shipote -f -n ")
                    .append(none)
                    .append(" -a ")
                    .append(word)
                    .append('\n');
        }
        for (String name : Verbs.names()) {
            int blank = name.indexOf(' ');
            String condition = "__fish_seen_subcommand_from " + name.replace(" ", "; and __fish_seen_subcommand_from ");
            if (blank > 0) {
                String group = name.substring(0, blank);
                out.append("complete -c shipote -f -n '__fish_seen_subcommand_from ")
                        .append(group);
                out.append("' -a ").append(name.substring(blank + 1)).append('\n');
            }
            for (String option : optionsOf(name)) {
                out.append("complete -c shipote -n '").append(condition).append("' -l ");
                out.append(option.substring(2)).append('\n');
            }
        }
        return out.toString();
    }

    private static List<String> firstWords() {
        List<String> words = new ArrayList<>();
        for (String name : Verbs.names()) {
            int blank = name.indexOf(' ');
            String word = blank < 0 ? name : name.substring(0, blank);
            if (!words.contains(word)) {
                words.add(word);
            }
        }
        return words;
    }

    private static List<String> optionsOf(String name) {
        Flags flags = new Flags();
        Verbs.find(name).options(flags);
        List<String> words = new ArrayList<>();
        for (Option option : flags.global().all().getOptions()) {
            words.add("--" + option.getLongOpt());
        }
        return words;
    }
}
