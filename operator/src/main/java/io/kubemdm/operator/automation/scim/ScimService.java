package io.kubemdm.operator.automation.scim;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import de.captaingoldfish.scim.sdk.common.constants.ClassPathReferences;
import de.captaingoldfish.scim.sdk.common.constants.enums.HttpMethod;
import de.captaingoldfish.scim.sdk.common.resources.ServiceProvider;
import de.captaingoldfish.scim.sdk.common.resources.complex.FilterConfig;
import de.captaingoldfish.scim.sdk.common.resources.complex.PatchConfig;
import de.captaingoldfish.scim.sdk.common.resources.complex.SortConfig;
import de.captaingoldfish.scim.sdk.common.resources.multicomplex.AuthenticationScheme;
import de.captaingoldfish.scim.sdk.common.response.ScimResponse;
import de.captaingoldfish.scim.sdk.common.utils.JsonHelper;
import de.captaingoldfish.scim.sdk.server.endpoints.EndpointDefinition;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceEndpoint;
import de.captaingoldfish.scim.sdk.server.endpoints.ResourceHandler;
import de.captaingoldfish.scim.sdk.server.schemas.custom.ResourceTypeFeatures;
import io.kubemdm.operator.automation.deprovision.Triggers;
import io.kubemdm.operator.dispatch.Decisions;
import io.kubemdm.operator.dispatch.Dispatcher;
import io.kubemdm.operator.https.Refused;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Answers SCIM requests by the SCIM SDK. Of the core schemas it publishes only what it keeps; what else clients send is
 * accepted and not kept. One request per tenant at a time, since PATCH reads before it writes.
 */
public final class ScimService {

    /** What it keeps of a user. */
    private static final Set<String> USER = Set.of("id", "externalId", "userName", "displayName", "active");

    private static final Set<String> GROUP = Set.of("id", "externalId", "displayName", "members");

    private static final Set<String> MEMBER = Set.of("value", "$ref");

    /** Resources of one page. */
    private static final int PAGE = 200;

    /**
     * What is answered.
     *
     * @param body JSON, empty with status 204
     */
    public record Answer(int status, String body) {}

    /** What it keeps of a user on {@code mdm.decisions}. */
    public static final Class<? extends Record> USER_RECORD = DirectoryUser.class;

    /** What it keeps of a group there. */
    public static final Class<? extends Record> GROUP_RECORD = DirectoryGroup.class;

    private final Directory directory;
    private final ResourceEndpoint endpoint;

    /** A service over what {@code decisions} hold now; they must have been read to the end. */
    public ScimService(Dispatcher dispatcher, Decisions decisions, Triggers triggers, Clock clock) {
        this.directory = new Directory(dispatcher, decisions, triggers, clock);
        this.endpoint = new ResourceEndpoint(provider());
        register(
                ClassPathReferences.USER_RESOURCE_TYPE_JSON,
                ClassPathReferences.USER_SCHEMA_JSON,
                USER,
                new UserHandler(directory));
        register(
                ClassPathReferences.GROUP_RESOURCE_TYPE_JSON,
                ClassPathReferences.GROUP_SCHEMA_JSON,
                GROUP,
                new GroupHandler(directory));
    }

    private static ServiceProvider provider() {
        return ServiceProvider.builder()
                .filterConfig(
                        FilterConfig.builder().supported(true).maxResults(PAGE).build())
                .sortConfig(SortConfig.builder().supported(true).build())
                .patchConfig(PatchConfig.builder()
                        .supported(true)
                        .ignoreUnknownAttributes(true)
                        .build())
                .authenticationSchemes(List.of(AuthenticationScheme.builder()
                        .name("Bearer token")
                        .description("The tenant's token in the Authorization header")
                        .type("oauthbearertoken")
                        .specUri("https://www.rfc-editor.org/rfc/rfc6750")
                        .build()))
                .lenientContentTypeChecking(true)
                .build();
    }

    private void register(String type, String schema, Set<String> kept, ResourceHandler<?> handler) {
        ObjectNode resourceType = (ObjectNode) JsonHelper.loadJsonDocument(type);
        resourceType.remove("schemaExtensions");
        endpoint.registerEndpoint(
                        new EndpointDefinition(resourceType, only(kept, schema), List.<JsonNode>of(), handler))
                .setFeatures(ResourceTypeFeatures.builder()
                        .autoFiltering(true)
                        .autoSorting(true)
                        .build());
    }

    private static JsonNode only(Set<String> kept, String schema) {
        JsonNode whole = JsonHelper.loadJsonDocument(schema);
        ArrayNode attributes = (ArrayNode) whole.get("attributes");
        for (int i = attributes.size() - 1; i >= 0; i--) {
            if (!kept.contains(attributes.get(i).path("name").asText())) {
                attributes.remove(i);
            } else if (attributes.get(i).get("subAttributes") instanceof ArrayNode parts) {
                onlyIds(parts);
            }
        }
        return whole;
    }

    /** A member is kept by its id; its reference follows from that. */
    private static void onlyIds(ArrayNode parts) {
        for (int i = parts.size() - 1; i >= 0; i--) {
            if (!MEMBER.contains(parts.get(i).path("name").asText())) {
                parts.remove(i);
            }
        }
    }

    /**
     * Answers one request.
     *
     * @param url the whole one, by which the service calls itself in locations
     * @param headers by name in lower case
     * @throws Refused 405 for what is only read, 501 for a search of several types at once
     */
    public Answer answer(String namespace, String method, String url, String body, Map<String, String> headers) {
        boolean discovery = Discovery.isDiscovery(url);
        if (discovery && !method.equals("GET")) {
            throw new Refused(405, "this is only read");
        }
        if (url.matches("[^?]*/scim/v2/\\.search(\\?.*)?")) {
            // RFC 7644 section 3.12: for what is not supported.
            throw new Refused(501, "search /Users/.search or /Groups/.search: several types at once are not searched");
        }
        Directory.Tenant tenant = directory.tenant(namespace);
        ScimResponse response;
        synchronized (tenant) {
            response =
                    endpoint.handleRequest(url, HttpMethod.valueOf(method), body, headers, new TenantContext(tenant));
        }
        if (discovery) {
            Discovery.tidy(response);
        }
        int status = response.getHttpStatus();
        return new Answer(status, status == 204 ? "" : response.toString());
    }
}
