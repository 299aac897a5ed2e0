package io.kubemdm.protocol.bundle;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Order of versions by Semantic Versioning 2.0.0 §11; build metadata does not count.
 *
 * @param core major, minor, patch
 * @param preRelease identifiers, empty for a release
 */
public record SemanticVersion(List<BigInteger> core, List<String> preRelease) implements Comparable<SemanticVersion> {

    private static final Pattern FORM = Pattern.compile("(0|[1-9]\\d*)\\.(0|[1-9]\\d*)\\.(0|[1-9]\\d*)"
            + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*)?");
    private static final int MAX_LENGTH = 64;

    public SemanticVersion {
        core = List.copyOf(core);
        preRelease = List.copyOf(preRelease);
    }

    /** Whether {@code text} is a version. */
    public static boolean isVersion(String text) {
        return text.length() <= MAX_LENGTH && FORM.matcher(text).matches();
    }

    /**
     * Reads a version.
     *
     * @throws IllegalArgumentException when it is none, or longer than 64 characters
     */
    public static SemanticVersion parse(String text) {
        Matcher form = FORM.matcher(text);
        if (text.length() > MAX_LENGTH || !form.matches()) {
            throw new IllegalArgumentException(
                    "'" + (text.length() > MAX_LENGTH ? text.substring(0, MAX_LENGTH) + "…" : text)
                            + "' is no semantic version: write it like 1.4.0 or 2.0.0-rc.1");
        }
        return new SemanticVersion(
                List.of(new BigInteger(form.group(1)), new BigInteger(form.group(2)), new BigInteger(form.group(3))),
                form.group(4) == null ? List.of() : List.of(form.group(4).split("\\.", -1)));
    }

    @Override
    public int compareTo(SemanticVersion other) {
        for (int i = 0; i < core.size(); i++) {
            int byNumber = core.get(i).compareTo(other.core.get(i));
            if (byNumber != 0) {
                return byNumber;
            }
        }
        if (preRelease.isEmpty() || other.preRelease.isEmpty()) {
            return Boolean.compare(preRelease.isEmpty(), other.preRelease.isEmpty());
        }
        for (int i = 0; i < Math.min(preRelease.size(), other.preRelease.size()); i++) {
            int byIdentifier = compareIdentifiers(preRelease.get(i), other.preRelease.get(i));
            if (byIdentifier != 0) {
                return byIdentifier;
            }
        }
        return Integer.compare(preRelease.size(), other.preRelease.size());
    }

    private static int compareIdentifiers(String one, String other) {
        boolean oneIsNumber = one.chars().allMatch(c -> c >= '0' && c <= '9');
        boolean otherIsNumber = other.chars().allMatch(c -> c >= '0' && c <= '9');
        if (oneIsNumber && otherIsNumber) {
            return new BigInteger(one).compareTo(new BigInteger(other));
        }
        if (oneIsNumber != otherIsNumber) {
            return oneIsNumber ? -1 : 1;
        }
        return one.compareTo(other);
    }
}
