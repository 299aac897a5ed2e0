package io.kubemdm.operator.engine;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.bundle.Digest;
import io.kubemdm.protocol.bundle.PolicyRef;
import io.kubemdm.protocol.json.Json;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Keeps events and states small, whatever a report says: texts for people are cut, everything else is refused. */
final class Bounds {

    /** Characters of a sentence for people. */
    static final int MESSAGE = 512;

    /** Characters of a name, a version, a reason. */
    static final int NAME = 253;

    /** Policy lines of a device. */
    static final int POLICIES = 64;

    /** Commands of a device that are not over. */
    static final int OPEN_COMMANDS = 16;

    /** Entries of a list for people, and their characters. */
    static final int ITEMS = 16;

    static final int ITEM = 256;

    /** Bytes of a declared spec, and of labels, as JSON. */
    static final int DECLARED_BYTES = 32 << 10;

    private Bounds() {}

    /** {@code text}, cut to {@code characters}. */
    static String cut(String text, int characters) {
        return text.length() <= characters ? text : text.substring(0, characters - 1) + "…";
    }

    /** As {@link #cut}; absent stays absent. */
    static @Nullable String cutOrNull(@Nullable String text, int characters) {
        return text == null ? null : cut(text, characters);
    }

    /** The first {@value #ITEMS} entries, each cut. */
    static List<String> cut(List<String> items) {
        return items.stream()
                .filter(Objects::nonNull)
                .limit(ITEMS)
                .map(item -> cut(item, ITEM))
                .toList();
    }

    /** Sorted and without null, so that equal labels are written equally. */
    static SortedMap<String, String> sorted(Map<String, String> labels) {
        SortedMap<String, String> sorted = new TreeMap<>();
        labels.forEach((key, value) -> {
            if (key != null && value != null) {
                sorted.put(key, value);
            }
        });
        return sorted;
    }

    /** What is wrong with a reference, null when nothing is. */
    static @Nullable String flawOf(PolicyRef ref) {
        if (ref.policy().isEmpty() || ref.policy().length() > NAME) {
            return "policy line is not 1 to " + NAME + " characters";
        }
        if (ref.version().length() > NAME) {
            return "policy version is longer than " + NAME + " characters";
        }
        return Digest.isDigest(ref.digest()) ? null : "policy digest is not sha256: and 64 hexadecimal digits";
    }

    /** What is wrong with a list of references, null when nothing is. */
    static @Nullable String flawOf(List<PolicyRef> refs) {
        if (refs.size() > POLICIES) {
            return refs.size() + " policy lines, the limit is " + POLICIES;
        }
        return refs.stream()
                .map(ref -> ref == null ? "policy is null" : flawOf(ref))
                .filter(Objects::nonNull)
                .findFirst()
                .orElse(null);
    }

    /** What is wrong with a spec and labels, null when nothing is. */
    static @Nullable String flawOf(@Nullable JsonNode spec, Map<String, String> labels) {
        if (spec != null && !spec.isObject()) {
            return "spec is not a JSON object";
        }
        int bytes = (spec == null ? 0 : Json.write(spec).length) + Json.write(labels).length;
        return bytes > DECLARED_BYTES
                ? "spec and labels have " + bytes + " bytes, the limit is " + DECLARED_BYTES
                : null;
    }
}
