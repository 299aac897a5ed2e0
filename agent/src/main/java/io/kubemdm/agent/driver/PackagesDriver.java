package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.program.Subprocess;
import io.kubemdm.agent.store.PublicFiles;
import io.kubemdm.protocol.json.Json;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.packages}: measured only, from dpkg. Installing would run the scripts of whatever a repository holds at
 * that moment as root, which no signature of a bundle covers.
 */
public final class PackagesDriver extends MeasuredDriver {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final int MAX_NAMES = 128;
    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9+._:@/-]{0,127}";
    private static final String DATABASE = "/var/lib/dpkg";
    private static final String INSTALLED = "packages.installed";

    /** Beyond this a heartbeat carries no versions, and beyond twice this no list. */
    private static final int MAX_BYTES = 24 << 10;

    private final PublicFiles root;
    private final String folder;
    private final Programs programs;

    /**
     * A driver that reads the database below a root.
     *
     * @param folder the root as a path
     */
    public PackagesDriver(PublicFiles root, String folder, Programs programs) {
        super("packages are measured, not installed");
        this.root = root;
        this.folder = folder.equals("/") ? "" : folder;
        this.programs = programs;
    }

    @Override
    public String key() {
        return "packages";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        Fields.only("settings.packages", value, List.of("required", "forbidden"));
        List<Setting> settings = new ArrayList<>();
        for (Map.Entry<String, JsonNode> entry : value.properties()) {
            String list = "settings.packages." + entry.getKey();
            Fields.list(list, entry.getValue(), MAX_NAMES);
            for (JsonNode name : entry.getValue()) {
                settings.add(
                        new Setting("packages:" + Fields.matching(list, name, NAME), TextNode.valueOf(entry.getKey())));
            }
        }
        return settings;
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        return root.exists(DATABASE + "/status") && programs.find("dpkg-query") != null
                ? Map.of()
                : Map.of("packages", "this device has no dpkg database");
    }

    /** What is forbidden is stricter than what is required. */
    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return one.asText().equals("forbidden") ? one : other;
    }

    @Override
    public void measure(FactSheet sheet) {
        String query = programs.find("dpkg-query");
        if (query == null || !root.exists(DATABASE + "/status")) {
            sheet.unmeasured(INSTALLED, "this device has no dpkg database");
            return;
        }
        Subprocess.Ended ended = Subprocess.run(
                LIMIT,
                List.of(
                        query,
                        "--admindir=" + folder + DATABASE,
                        "--show",
                        "--showformat=${db:Status-Abbrev}\\t${Package}\\t${Version}\\n"));
        if (!ended.isGood()) {
            sheet.unmeasured(INSTALLED, "dpkg-query: " + ended.error());
            return;
        }
        tell(sheet, installed(ended.output()));
    }

    static Map<String, String> installed(String listing) {
        Map<String, String> packages = new TreeMap<>();
        listing.lines().map(line -> line.split("\t", -1)).forEach(field -> {
            if (field.length == 3 && field[0].startsWith("ii") && field[1].matches(NAME)) {
                packages.put(field[1], field[2]);
            }
        });
        return packages;
    }

    static void tell(FactSheet sheet, Map<String, String> packages) {
        if (Json.write(packages).length <= MAX_BYTES) {
            sheet.put(INSTALLED, packages);
            return;
        }
        packages.replaceAll((name, version) -> "");
        if (Json.write(packages).length <= 2 * MAX_BYTES) {
            sheet.put(INSTALLED, packages);
        } else {
            sheet.unmeasured(INSTALLED, packages.size() + " packages are more than a heartbeat carries");
        }
    }
}
