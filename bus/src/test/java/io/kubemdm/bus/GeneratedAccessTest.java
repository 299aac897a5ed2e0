package io.kubemdm.bus;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/**
 * Keeps the chart's list of topics and access rules, and the table in the documentation, equal to {@link Topic} and
 * {@link AccessRule}; {@code -Dkubemdm.generate=true} writes them first.
 */
class GeneratedAccessTest {
    private static final Path CHART = Path.of("..", "charts", "kubemdm", "files", "kafka.yaml");
    private static final Path DOCS = Path.of("..", "docs", "access.md");
    private static final String BEGIN = "<!-- kafka: generated from bus; to write it anew: make generate -->\n";
    private static final String END = "<!-- end of kafka -->\n";

    @Test
    void theChartsTopicsAndAccessRulesEqualTheBus() throws IOException {
        String generated = chart();
        if (Boolean.getBoolean("kubemdm.generate")) {
            Files.writeString(CHART, generated);
        }

        assertThat(CHART).content().isEqualTo(generated);
    }

    @Test
    void theDocumentedAccessTableEqualsTheBus() throws IOException {
        String page = Files.readString(DOCS);
        int begin = page.indexOf(BEGIN) + BEGIN.length();
        int end = page.indexOf(END);
        if (Boolean.getBoolean("kubemdm.generate")) {
            page = page.substring(0, begin) + table() + page.substring(end);
            Files.writeString(DOCS, page);
            end = page.indexOf(END);
        }

        assertThat(page.substring(begin, end)).isEqualTo(table());
    }

    private static String chart() {
        StringBuilder yaml = new StringBuilder("# Generated from bus; to write it anew: make generate\ntopics:\n");
        for (Topic topic : Topic.values()) {
            yaml.append("- name: ").append(topic.topicName()).append("\n  settings:\n");
            topic.settings().forEach((key, value) -> yaml.append("    ")
                    .append(key)
                    .append(": \"")
                    .append(value)
                    .append("\"\n"));
        }
        yaml.append("access:\n");
        for (Principal principal : Principal.values()) {
            yaml.append("  ").append(principal.user()).append(":\n");
            AccessRule.all().stream()
                    .filter(rule -> rule.principal() == principal)
                    .forEach(rule -> yaml.append("  - {type: ")
                            .append(strimziType(rule.resource()))
                            .append(", name: ")
                            .append(rule.name())
                            .append(", patternType: ")
                            .append(rule.prefixed() ? "prefix" : "literal")
                            .append(", operation: ")
                            .append(camel(rule.operation().name()))
                            .append("}\n"));
        }
        return yaml.toString();
    }

    private static String strimziType(AccessRule.Resource resource) {
        return resource == AccessRule.Resource.TRANSACTIONAL_ID
                ? "transactionalId"
                : resource.name().toLowerCase(Locale.ROOT);
    }

    private static String table() {
        Map<String, TreeSet<String>> operations = new LinkedHashMap<>();
        for (AccessRule rule : AccessRule.all()) {
            String resource = rule.resource().name().toLowerCase(Locale.ROOT).replace('_', ' ');
            String row = "| `" + rule.principal().user() + "` | " + resource + " | `" + rule.name()
                    + (rule.prefixed() ? "*" : "") + "` |";
            operations
                    .computeIfAbsent(row, any -> new TreeSet<>())
                    .add(camel(rule.operation().name()));
        }
        StringJoiner lines = new StringJoiner("\n", "", "\n");
        lines.add("| principal | resource | name | operations |").add("|---|---|---|---|");
        for (Principal principal : Principal.values()) {
            operations.forEach((row, allowed) -> {
                if (row.startsWith("| `" + principal.user() + "` ")) {
                    lines.add(row + " " + String.join(", ", allowed) + " |");
                }
            });
        }
        return lines.toString();
    }

    /** {@code DESCRIBE_CONFIGS} becomes {@code DescribeConfigs}. */
    private static String camel(String constant) {
        StringBuilder camel = new StringBuilder();
        for (String word : constant.split("_", -1)) {
            camel.append(word.charAt(0)).append(word.substring(1).toLowerCase(Locale.ROOT));
        }
        return camel.toString();
    }
}
