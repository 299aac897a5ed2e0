package io.kubemdm.testbed.history;

import io.kubemdm.testbed.history.Judgement.Fault;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Judges a whole history. */
public final class Judge {

    private final Map<String, RequestHistory> requests = new LinkedHashMap<>();
    private final Set<Long> killed = new HashSet<>();
    private final Set<String> dead = new HashSet<>();
    private boolean ended;

    private Judge() {}

    /**
     * What a history proves.
     *
     * @throws History.Unreadable when it is not whole: without an end, or with something after it
     */
    public static Judgement judge(List<Line> history) {
        Judge judge = new Judge();
        history.forEach(judge::take);
        if (!judge.ended) {
            throw new History.Unreadable("the history has no end: it was cut off");
        }
        return judge.sentence();
    }

    private void take(Line line) {
        if (ended) {
            throw new History.Unreadable("there is something after the end: " + line);
        }
        switch (line) {
            case Line.Killed one -> killed.add(one.process());
            case Line.Died one -> dead.add(one.device());
            case Line.End end -> ended = true;
            case Line.Created one -> {
                if (of(one.command()).isCreated()) {
                    throw new History.Unreadable(one.command() + " is created twice");
                }
                of(one.command()).take(one);
            }
            case Line.Approved one -> of(one.command()).take(one);
            case Line.Seen one -> of(one.command()).take(one);
            case Line.Began one -> of(one.command()).take(one);
            case Line.Finished one -> of(one.command()).take(one);
            case Line.HandedIn one -> of(one.command()).take(one);
        }
    }

    private RequestHistory of(String command) {
        return requests.computeIfAbsent(command, key -> new RequestHistory());
    }

    private Judgement sentence() {
        Map<Fault, List<String>> findings = new EnumMap<>(Fault.class);
        int created = 0;
        int resumed = 0;
        for (Map.Entry<String, RequestHistory> entry : requests.entrySet()) {
            RequestHistory request = entry.getValue();
            String name = request.name(entry.getKey());
            note(findings, Fault.Lost, name, request.lost(dead));
            note(findings, Fault.Twice, name, request.twice(killed));
            note(findings, Fault.FalselyCompleted, name, request.falselyCompleted());
            created += request.isCreated() ? 1 : 0;
            resumed += request.resumed();
        }
        return new Judgement(created, resumed, findings);
    }

    private static void note(Map<Fault, List<String>> findings, Fault fault, String name, @Nullable String why) {
        if (why != null) {
            findings.computeIfAbsent(fault, key -> new ArrayList<>()).add(name + " " + why);
        }
    }
}
