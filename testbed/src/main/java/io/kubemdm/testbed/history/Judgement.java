package io.kubemdm.testbed.history;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a history proves.
 *
 * @param requests how many were created
 * @param resumed acts that were begun again after a kill of the agent in their midst: every act may be repeated, and that
 *     is not twice
 * @param findings by what is wrong, each a sentence that begins with the request's name
 */
public record Judgement(int requests, int resumed, Map<Fault, List<String>> findings) {

    /** What may be wrong. */
    public enum Fault {
        /** Approved and within its budget, its device lives, and it came to no end. */
        Lost,
        /** Done again after it was done, by two processes at a time, or never asked for. */
        Twice,
        /** The last word is not true, or was not the last. */
        FalselyCompleted
    }

    public Judgement {
        findings = Map.copyOf(findings);
    }

    /** How many requests have this fault. */
    public int count(Fault fault) {
        return findings.getOrDefault(fault, List.of()).size();
    }

    /** Whether nothing is wrong. */
    public boolean isClean() {
        return Set.of(Fault.values()).stream().allMatch(fault -> count(fault) == 0);
    }

    /** Every finding as a line for people. */
    public List<String> sentences() {
        List<String> sentences = new ArrayList<>();
        for (Fault fault : new TreeSet<>(findings.keySet())) {
            findings.get(fault).forEach(each -> sentences.add(fault + ": " + each));
        }
        return sentences;
    }
}
