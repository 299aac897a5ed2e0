package io.kubemdm.protocol.order;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * What a {@link CommandType#Remediate} asks of a device, as its parameters carry it: {@code reapply} ({@code true}, absent
 * for not) and {@code scripts} (names, separated by commas). An order carries no code: a script lies on the device already.
 *
 * @param reapply whether the desired state is applied again
 * @param scripts names of scripts that the device has, run in this order; at most {@value #MAX_SCRIPTS}, each once
 */
public record Remediation(boolean reapply, List<String> scripts) {

    /** Scripts of one order. */
    public static final int MAX_SCRIPTS = 8;

    private static final String REAPPLY = "reapply";
    private static final String SCRIPTS = "scripts";

    /** As in the PolicyBundle API; no slash, and no dot to begin with. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public Remediation {
        scripts = List.copyOf(scripts);
        if (scripts.size() > MAX_SCRIPTS) {
            throw new IllegalArgumentException("scripts: " + scripts.size() + " names, the limit is " + MAX_SCRIPTS);
        }
        for (String script : scripts) {
            if (!isName(script)) {
                throw new IllegalArgumentException(
                        "scripts: a name is 1 to 64 of A-Z a-z 0-9 . _ - and begins with a" + " letter or digit");
            }
        }
        if (scripts.stream().distinct().count() < scripts.size()) {
            throw new IllegalArgumentException("scripts: a name is there twice");
        }
    }

    /** Whether a script can have this name. */
    public static boolean isName(String name) {
        return NAME.matcher(name).matches();
    }

    /**
     * Reads a command's parameters.
     *
     * @throws IllegalArgumentException when they are none of a remediation; it names the parameter
     */
    public static Remediation of(Map<String, String> params) {
        String reapply = params.getOrDefault(REAPPLY, "false");
        if (!reapply.equals("true") && !reapply.equals("false")) {
            throw new IllegalArgumentException(REAPPLY + ": is true or false");
        }
        String scripts = params.getOrDefault(SCRIPTS, "");
        return new Remediation(
                reapply.equals("true"), scripts.isEmpty() ? List.of() : Arrays.asList(scripts.split(",", -1)));
    }

    /** As a command's parameters. */
    public Map<String, String> params() {
        Map<String, String> params = new TreeMap<>();
        if (reapply) {
            params.put(REAPPLY, "true");
        }
        if (!scripts.isEmpty()) {
            params.put(SCRIPTS, String.join(",", scripts));
        }
        return params;
    }

    /** Whether it asks for nothing. */
    public boolean isEmpty() {
        return !reapply && scripts.isEmpty();
    }
}
