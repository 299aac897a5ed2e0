package io.kubemdm.cli.validate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BigIntegerNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.DoubleNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.protocol.json.Json;
import java.io.StringReader;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.representer.Representer;

/** Reads the documents of a YAML text as JSON; no tag makes an object, aliases cannot grow without limit. */
final class YamlDocuments {

    /** The most documents of one text. */
    static final int MAX_DOCUMENTS = 256;

    /** The most values of one document, counted once per alias. */
    private static final int MAX_VALUES = 100_000;

    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    /** The values of nodes. */
    private static final class Values extends SafeConstructor {

        private int count;

        Values(LoaderOptions options) {
            super(options);
        }

        JsonNode of(Node node) throws UnreadableYaml {
            count = 0;
            return json(constructDocument(node), 0);
        }

        private JsonNode json(@Nullable Object value, int depth) throws UnreadableYaml {
            if (depth > Json.MAX_DEPTH || ++count > MAX_VALUES) {
                throw new UnreadableYaml(
                        0,
                        "is nested more than " + Json.MAX_DEPTH + " deep or has more than " + MAX_VALUES
                                + " values: write it flatter, or with fewer aliases");
            }
            return switch (value) {
                case null -> NullNode.getInstance();
                case String text -> TextNode.valueOf(text);
                case Boolean truth -> BooleanNode.valueOf(truth);
                case Integer number -> LongNode.valueOf(number);
                case Long number -> LongNode.valueOf(number);
                case BigInteger number -> BigIntegerNode.valueOf(number);
                case Double number when Double.isFinite(number) -> DoubleNode.valueOf(number);
                case List<?> list -> {
                    ArrayNode array = JSON.arrayNode();
                    for (Object each : list) {
                        array.add(json(each, depth + 1));
                    }
                    yield array;
                }
                case Map<?, ?> map -> {
                    ObjectNode object = JSON.objectNode();
                    for (Map.Entry<?, ?> each : map.entrySet()) {
                        object.set(String.valueOf(each.getKey()), json(each.getValue(), depth + 1));
                    }
                    yield object;
                }
                default -> throw new UnreadableYaml(0, "has a value that JSON has not: write it as text, in quotes");
            };
        }
    }

    private YamlDocuments() {}

    /**
     * Every document that is not empty.
     *
     * @throws UnreadableYaml when it is no YAML, a key stands twice, or it has more than {@value #MAX_DOCUMENTS} documents
     */
    static List<YamlDocument> read(String text) throws UnreadableYaml {
        LoaderOptions options = new LoaderOptions();
        options.setAllowDuplicateKeys(false);
        options.setNestingDepthLimit(Json.MAX_DEPTH);
        Values values = new Values(options);
        DumperOptions unused = new DumperOptions();
        Yaml yaml = new Yaml(values, new Representer(unused), unused, options, new YamlScalars());
        List<YamlDocument> documents = new ArrayList<>();
        int number = 0;
        try {
            for (Node node : yaml.composeAll(new StringReader(text))) {
                if (++number > MAX_DOCUMENTS) {
                    throw new UnreadableYaml(
                            0, "has more than " + MAX_DOCUMENTS + " documents: split it into several files");
                }
                JsonNode value = values.of(node);
                if (!value.isNull()) {
                    documents.add(new YamlDocument(number, value, node));
                }
            }
        } catch (MarkedYAMLException e) {
            int line = e.getProblemMark() == null ? 0 : e.getProblemMark().getLine() + 1;
            throw new UnreadableYaml(line, "is no YAML: " + e.getProblem());
        } catch (YAMLException e) {
            throw new UnreadableYaml(
                    0,
                    "is no YAML: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        return documents;
    }
}
