package io.kubemdm.testbed.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.authorization.v1.ResourceRule;
import io.fabric8.kubernetes.api.model.authorization.v1.SelfSubjectRulesReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectRulesReviewStatus;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.kubemdm.testbed.api.AccessTable.Grant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Walks every resource the API server has and every verb it knows, and has it tell who may: exactly what
 * {@code docs/access.md} says.
 */
@ExtendWith(InstalledExtension.class)
class KubernetesAccessTest {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String[] GROUPS = {"system:authenticated", "system:serviceaccounts"};

    /** Everybody who logged in may ask about themselves; that is not ours to grant or to refuse. */
    private static final String NOBODY = "system:serviceaccount:" + Helm.NAMESPACE + ":nobody";

    private static List<Question> questions = List.of();
    private static Set<String> everybody = Set.of();

    /** One question. */
    record Question(String group, String resource, String name, String namespace, String verb) {}

    @ParameterizedTest
    @ValueSource(strings = {"operator", "engine", "gateway", "enroll", "bridge"})
    void aServiceMayExactlyWhatTheTableNames(String service, Installed installed) {
        String who = "kubemdm-" + service;
        KubernetesClient client = installed.plane().client();

        Set<String> allowed = granted(client, "system:serviceaccount:" + Helm.NAMESPACE + ":" + who);

        assertThat(allowed).isEqualTo(expected(who));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "kubemdm-viewer",
                "kubemdm-admin",
                "kubemdm-wipe-approver",
                "kubemdm-change-approver",
                "kubemdm-rollout-approver",
                "kubemdm-approver"
            })
    void aPersonWithARoleMayExactlyWhatTheTableNames(String role, Installed installed) {
        KubernetesClient client = installed.plane().client();
        client.resource(new ClusterRoleBindingBuilder()
                        .withNewMetadata()
                        .withName("person-" + role)
                        .endMetadata()
                        .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", role)
                        .addNewSubject("rbac.authorization.k8s.io", "User", "person-" + role, null)
                        .build())
                .create();

        Set<String> allowed = granted(client, "person-" + role);

        assertThat(allowed).isEqualTo(expected(role));
    }

    @Test
    void theTableNamesNobodyElse() {
        assertThat(AccessTable.read().stream().map(Grant::who).collect(Collectors.toSet()))
                .containsExactlyInAnyOrder(
                        "kubemdm-operator",
                        "kubemdm-bridge",
                        "kubemdm-enroll",
                        "kubemdm-viewer",
                        "kubemdm-admin",
                        "kubemdm-wipe-approver",
                        "kubemdm-change-approver",
                        "kubemdm-rollout-approver",
                        "kubemdm-approver");
    }

    private static Set<String> expected(String who) {
        Set<String> expected = new TreeSet<>();
        for (Grant grant : AccessTable.read()) {
            if (grant.who().equals(who)) {
                for (String namespace : List.of(Helm.NAMESPACE, Installed.TENANT)) {
                    if (!grant.own() || namespace.equals(Helm.NAMESPACE)) {
                        expected.add(words(
                                new Question(grant.group(), grant.resource(), grant.name(), namespace, grant.verb())));
                    }
                }
                if (grant.name().isEmpty()) {
                    // Who may touch any object may touch each that the table names.
                    namesOf(grant)
                            .forEach(name -> expected.add(words(new Question(
                                    grant.group(), grant.resource(), name, Helm.NAMESPACE, grant.verb()))));
                }
            }
        }
        return expected;
    }

    private static List<String> namesOf(Grant grant) {
        return AccessTable.read().stream()
                .filter(other -> other.group().equals(grant.group())
                        && other.resource().equals(grant.resource())
                        && !other.name().isEmpty())
                .map(Grant::name)
                .distinct()
                .toList();
    }

    private static Set<String> granted(KubernetesClient client, String user) {
        if (everybody.isEmpty()) {
            questions = questions(client);
            everybody = allowed(client, NOBODY);
            assertThat(everybody).isNotEmpty();
        }
        Set<String> granted = allowed(client, user);
        granted.removeAll(everybody);
        return granted;
    }

    /** What its rules cover, and the API server then allows when it is asked. */
    private static Set<String> allowed(KubernetesClient client, String user) {
        Map<String, List<ResourceRule>> rules = Stream.of(Helm.NAMESPACE, Installed.TENANT)
                .collect(Collectors.toMap(namespace -> namespace, namespace -> rules(client, user, namespace)));
        return questions.parallelStream()
                .filter(question -> rules.get(question.namespace()).stream().anyMatch(rule -> covers(rule, question)))
                .filter(question -> allows(client, user, question))
                .map(KubernetesAccessTest::words)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** All rules that the API server has for a user: asking it about every verb of every resource takes a minute. */
    private static List<ResourceRule> rules(KubernetesClient client, String user, String namespace) {
        Config as = new ConfigBuilder(client.getConfiguration())
                .withImpersonateUsername(user)
                .withImpersonateGroups(GROUPS)
                .build();
        try (KubernetesClient themselves =
                new KubernetesClientBuilder().withConfig(as).build()) {
            SubjectRulesReviewStatus told = themselves
                    .authorization()
                    .v1()
                    .selfSubjectRulesReview()
                    .create(new SelfSubjectRulesReviewBuilder()
                            .withNewSpec()
                            .withNamespace(namespace)
                            .endSpec()
                            .build())
                    .getStatus();
            assertThat(told.getIncomplete()).as(told.getEvaluationError()).isFalse();
            return told.getResourceRules();
        }
    }

    /** As RBAC reads a rule. */
    private static boolean covers(ResourceRule rule, Question question) {
        String[] resource = question.resource().split("/", 2);
        return names(rule.getVerbs(), question.verb())
                && names(rule.getApiGroups(), question.group())
                && (names(rule.getResources(), question.resource())
                        || (resource.length == 2 && rule.getResources().contains("*/" + resource[1])))
                && (rule.getResourceNames().isEmpty() || rule.getResourceNames().contains(question.name()));
    }

    private static boolean names(List<String> all, String one) {
        return all.contains("*") || all.contains(one);
    }

    private static List<Question> questions(KubernetesClient client) {
        List<Question> questions = new ArrayList<>(everyVerbOfEveryResource(client));
        // What discovery does not list: rights over other people's rights, and names the table speaks of.
        for (String verb : List.of("approve", "sign", "attest")) {
            ask(questions, "certificates.k8s.io", "signers", "", verb);
        }
        ask(questions, "kubemdm.io", "rollouts", "", "approve");
        for (String verb : List.of("bind", "escalate")) {
            ask(questions, "rbac.authorization.k8s.io", "clusterroles", "", verb);
            ask(questions, "rbac.authorization.k8s.io", "roles", "", verb);
        }
        for (String resource : List.of("users", "groups", "serviceaccounts")) {
            ask(questions, "", resource, "", "impersonate");
        }
        AccessTable.read().stream().filter(grant -> !grant.name().isEmpty()).forEach(grant -> {
            List<String> verbs = grant.resource().equals("signers")
                    ? List.of("approve", "sign", "attest")
                    : List.of("get", "list", "watch", "create", "update", "patch", "delete");
            verbs.forEach(verb -> ask(questions, grant.group(), grant.resource(), grant.name(), verb));
        });
        return questions.stream().distinct().toList();
    }

    private static void ask(List<Question> questions, String group, String resource, String name, String verb) {
        questions.add(new Question(group, resource, name, Helm.NAMESPACE, verb));
        questions.add(new Question(group, resource, name, Installed.TENANT, verb));
    }

    private static List<Question> everyVerbOfEveryResource(KubernetesClient client) {
        List<Question> questions = new ArrayList<>();
        collect(client, "", "/api/v1", questions);
        for (JsonNode group : read(client, "/apis").get("groups")) {
            String version = group.at("/preferredVersion/groupVersion").asText();
            collect(client, group.get("name").asText(), "/apis/" + version, questions);
        }
        return questions;
    }

    private static void collect(KubernetesClient client, String group, String path, List<Question> questions) {
        for (JsonNode resource : read(client, path).get("resources")) {
            for (JsonNode verb : resource.get("verbs")) {
                ask(questions, group, resource.get("name").asText(), "", verb.asText());
            }
        }
    }

    private static JsonNode read(KubernetesClient client, String path) {
        try {
            return JSON.readTree(client.raw(path));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean allows(KubernetesClient client, String user, Question question) {
        String[] resource = question.resource().split("/", 2);
        return client.authorization()
                .v1()
                .subjectAccessReview()
                .create(new SubjectAccessReviewBuilder()
                        .withNewSpec()
                        .withUser(user)
                        .withGroups(GROUPS)
                        .withNewResourceAttributes()
                        .withGroup(question.group())
                        .withVersion("*")
                        .withResource(resource[0])
                        .withSubresource(resource.length == 2 ? resource[1] : "")
                        .withName(question.name())
                        .withNamespace(question.namespace())
                        .withVerb(question.verb())
                        .endResourceAttributes()
                        .endSpec()
                        .build())
                .getStatus()
                .getAllowed();
    }

    private static String words(Question question) {
        return question.verb() + " " + question.resource()
                + (question.group().isEmpty() ? "" : "." + question.group())
                + (question.name().isEmpty() ? "" : " named " + question.name()) + " in " + question.namespace();
    }
}
