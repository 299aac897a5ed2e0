package io.kubemdm.operator.automation.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The endpoints by which a service describes itself (RFC 7644 section 4), without what the library adds to them of its own:
 * clients that check what they read refuse it.
 */
final class Discovery {

    private static final Pattern PATH =
            Pattern.compile(".*/scim/v2/(ServiceProviderConfig|ResourceTypes|Schemas)(/[^/?]*)?(\\?.*)?");

    private static final Set<String> DESCRIBING = Set.of("/ServiceProviderConfig", "/ResourceTypes", "/Schemas");
    private static final String OWN = "urn:gold:";

    private Discovery() {}

    /** Whether the URL is one of theirs; they are only read. */
    static boolean isDiscovery(String url) {
        return PATH.matcher(url).matches();
    }

    /** Takes what is not in the RFCs out of an answer; it lists resources, not what describes them. */
    static void tidy(ObjectNode answer) {
        if (answer.get("Resources") instanceof ArrayNode listed) {
            int before = listed.size();
            for (int i = before - 1; i >= 0; i--) {
                if (DESCRIBING.contains(listed.get(i).path("endpoint").asText())) {
                    listed.remove(i);
                }
            }
            int gone = before - listed.size();
            answer.put("totalResults", answer.path("totalResults").asLong() - gone);
            answer.put("itemsPerPage", listed.size());
        }
        prune(answer);
    }

    private static void prune(JsonNode description) {
        if (description instanceof ObjectNode object) {
            if (object.path("name").asText().equals("$ref")) {
                // RFC 7643 section 8.7.1; the library says "resource", which names no type.
                object.putArray("referenceTypes").add("User").add("Group");
            }
            for (Iterator<Map.Entry<String, JsonNode>> fields =
                            object.properties().iterator();
                    fields.hasNext(); ) {
                Map.Entry<String, JsonNode> field = fields.next();
                if (field.getKey().startsWith(OWN)) {
                    fields.remove();
                } else if (field.getKey().equals("patch") && field.getValue() instanceof ObjectNode patch) {
                    patch.retain("supported");
                } else {
                    prune(field.getValue());
                }
            }
        } else if (description instanceof ArrayNode array) {
            for (int i = array.size() - 1; i >= 0; i--) {
                JsonNode each = array.get(i);
                if (each.asText().startsWith(OWN)
                        || each.path("schema").asText().startsWith(OWN)) {
                    array.remove(i);
                } else {
                    prune(each);
                }
            }
        }
    }
}
