package io.shipote.cli;

import java.util.ArrayList;
import java.util.List;

/** The table of verbs. A verb's class is loaded only when it is asked for. */
final class Verbs {
    private static final String[] GROUPS = {"daemon", "ws", "pipeline", "flow", "snapshot"};
    private static final String[] NAMES = {
        "daemon start",
        "daemon stop",
        "daemon status",
        "ws create",
        "ws list",
        "ws show",
        "ws set",
        "ws stats",
        "ws quota",
        "ws pause",
        "ws resume",
        "ws stop",
        "ws delete",
        "run",
        "start",
        "stop",
        "restart",
        "retry-now",
        "pause",
        "resume",
        "show",
        "rm",
        "flush",
        "prune",
        "ps",
        "logs",
        "wait",
        "kill",
        "pipeline run",
        "pipeline list",
        "pipeline show",
        "pipeline pause",
        "pipeline resume",
        "pipeline stop",
        "pipeline save",
        "pipeline saved",
        "pipeline drop",
        "pipeline run-saved",
        "pipeline check",
        "pipeline graph",
        "pipeline tap",
        "pipeline top",
        "flow list",
        "flow throughput",
        "flow tail",
        "events",
        "audit",
        "why",
        "top",
        "discern",
        "snapshot save",
        "snapshot show",
        "snapshot verify",
        "snapshot diff",
        "snapshot export",
        "snapshot rollback",
        "snapshot import",
        "upgrade",
        "health",
        "caps",
        "doctor",
        "demo",
        "completion"
    };

    private Verbs() {}

    /** All full names, in the order of the help. */
    static String[] names() {
        return NAMES.clone();
    }

    static String[] groups() {
        return GROUPS.clone();
    }

    static boolean isGroup(String word) {
        for (int i = 0; i < GROUPS.length; i++) {
            if (GROUPS[i].equals(word)) {
                return true;
            }
        }
        return false;
    }

    /** The verbs of a group, for a message. */
    static String ofGroup(String group) {
        List<String> words = new ArrayList<>();
        for (String name : NAMES) {
            if (name.startsWith(group + " ")) {
                words.add(name.substring(group.length() + 1));
            }
        }
        return String.join(", ", words);
    }

    /** A new verb by its full name; null if there is none. */
    static Verb find(String name) {
        int blank = name.indexOf(' ');
        if (blank < 0) {
            return single(name);
        }
        String word = name.substring(blank + 1);
        switch (name.substring(0, blank)) {
            case "daemon":
                return daemon(word);
            case "ws":
                return workspace(word);
            case "pipeline":
                return pipeline(word);
            case "flow":
                return flow(word);
            case "snapshot":
                return snapshot(word);
            default:
                return null;
        }
    }

    private static Verb single(String name) {
        switch (name) {
            case "run":
                return new Run();
            case "start":
                return JobVerb.start();
            case "stop":
                return JobVerb.stop();
            case "restart":
                return JobVerb.restart();
            case "retry-now":
                return JobVerb.retryNow();
            case "pause":
                return Pause.command(true);
            case "resume":
                return Pause.command(false);
            case "show":
                return JobShow.command();
            case "rm":
                return new Rm();
            case "prune":
                return new Prune();
            case "flush":
                return new Flush();
            case "ps":
                return JobList.commands();
            case "logs":
                return new Logs();
            case "wait":
                return new Wait();
            case "kill":
                return new Kill();
            case "audit":
                return new Audit();
            case "events":
                return new Events();
            case "why":
                return new Why();
            case "discern":
                return new DiscernVerb();
            case "top":
                return new Top();
            case "upgrade":
                return new Upgrade();
            case "health":
                return new Health();
            case "caps":
                return new Caps();
            case "doctor":
                return new Doctor();
            case "demo":
                return new Demo();
            case "completion":
                return new Completion();
            default:
                return null;
        }
    }

    private static Verb daemon(String word) {
        switch (word) {
            case "start":
                return new DaemonStart();
            case "stop":
                return new DaemonStop();
            case "status":
                return new DaemonStatus();
            default:
                return null;
        }
    }

    private static Verb workspace(String word) {
        switch (word) {
            case "create":
                return new WsCreate();
            case "list":
                return new WsList();
            case "show":
                return new WsShow();
            case "set":
                return new WsSet();
            case "stats":
                return new WsStats();
            case "quota":
                return new WsQuota();
            case "pause":
                return Pause.workspace(true);
            case "resume":
                return Pause.workspace(false);
            case "stop":
                return WsEnding.stop();
            case "delete":
                return WsEnding.delete();
            default:
                return null;
        }
    }

    private static Verb pipeline(String word) {
        switch (word) {
            case "run":
                return new PipelineRun();
            case "list":
                return JobList.pipelines();
            case "show":
                return JobShow.pipeline();
            case "pause":
                return Pause.pipeline(true);
            case "resume":
                return Pause.pipeline(false);
            case "stop":
                return JobVerb.stopPipeline();
            case "save":
                return new PipelineSave();
            case "saved":
                return new PipelineSaved();
            case "drop":
                return new PipelineDrop();
            case "run-saved":
                return new PipelineRunSaved();
            case "check":
                return new PipelineCheck();
            case "graph":
                return new PipelineGraph();
            case "tap":
                return PipelineTap.tap();
            case "top":
                return new PipelineTop();
            default:
                return null;
        }
    }

    private static Verb flow(String word) {
        switch (word) {
            case "list":
                return new FlowList();
            case "throughput":
                return new FlowThroughput();
            case "tail":
                return PipelineTap.tail();
            default:
                return null;
        }
    }

    private static Verb snapshot(String word) {
        switch (word) {
            case "save":
                return new SnapshotSave();
            case "show":
                return new SnapshotShow();
            case "verify":
                return new SnapshotVerify();
            case "rollback":
                return new SnapshotRollback();
            case "import":
                return new SnapshotImport();
            case "diff":
                return new SnapshotDiff();
            case "export":
                return new SnapshotExport();
            default:
                return null;
        }
    }
}
