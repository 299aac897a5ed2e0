package io.kubemdm.cli.validate;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/** One document of a YAML file: its value as JSON, and where each part of it stands. */
record YamlDocument(int number, JsonNode value, Node node) {

    /** The line of the part, from 1; where there is no such part, of the nearest around it. */
    int line(JsonPointer part) {
        Node at = node;
        int line = node.getStartMark().getLine();
        for (JsonPointer rest = part; !rest.matches(); rest = rest.tail()) {
            switch (at) {
                case MappingNode mapping -> {
                    NodeTuple entry = entry(mapping, rest.getMatchingProperty());
                    if (entry == null) {
                        return line + 1;
                    }
                    line = entry.getKeyNode().getStartMark().getLine();
                    at = entry.getValueNode();
                }
                case SequenceNode sequence -> {
                    List<Node> elements = sequence.getValue();
                    if (!rest.mayMatchElement() || rest.getMatchingIndex() >= elements.size()) {
                        return line + 1;
                    }
                    at = elements.get(rest.getMatchingIndex());
                    line = at.getStartMark().getLine();
                }
                default -> {
                    return line + 1;
                }
            }
        }
        return line + 1;
    }

    private static @Nullable NodeTuple entry(MappingNode mapping, String key) {
        for (NodeTuple tuple : mapping.getValue()) {
            if (tuple.getKeyNode() instanceof ScalarNode scalar
                    && scalar.getValue().equals(key)) {
                return tuple;
            }
        }
        return null;
    }

    /** The part's path as people write it, such as {@code spec.rules[0].expression}. */
    String field(JsonPointer part) {
        StringBuilder path = new StringBuilder();
        JsonNode at = value;
        for (JsonPointer rest = part; !rest.matches(); rest = rest.tail()) {
            String name = rest.getMatchingProperty();
            if (at.isArray()) {
                path.append('[').append(name).append(']');
            } else if (name.matches("[A-Za-z0-9_-]+")) {
                path.append(path.isEmpty() ? "" : ".").append(name);
            } else {
                path.append("['").append(name).append("']");
            }
            at = at.path(name).isMissingNode() && rest.mayMatchElement()
                    ? at.path(rest.getMatchingIndex())
                    : at.path(name);
        }
        return path.toString();
    }

    /** A problem of the part. */
    Problem problem(JsonPointer part, String message) {
        return new Problem(field(part), line(part), message);
    }
}
