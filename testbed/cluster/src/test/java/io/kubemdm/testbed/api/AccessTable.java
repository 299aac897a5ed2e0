package io.kubemdm.testbed.api;

import io.kubemdm.testbed.Checkout;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The Kubernetes half of {@code docs/access.md}, as it is written for people. */
final class AccessTable {
    private static final Pattern RESOURCE =
            Pattern.compile("(?<resource>[a-z/]+)(?: named (?<name>\\S+))?(?<own> \\(its own namespace\\))?");

    /**
     * One thing somebody may do.
     *
     * @param name empty for any
     * @param own whether only in the namespace of the release
     */
    record Grant(String who, String group, String resource, String name, boolean own, String verb) {}

    private AccessTable() {}

    static Set<Grant> read() {
        Set<Grant> grants = new LinkedHashSet<>();
        for (String line : lines()) {
            String[] cells = line.replace("`", "").split("\\|", -1);
            for (String resource : cells[3].split(",", -1)) {
                for (String verb : cells[4].split(",", -1)) {
                    grants.add(grant(cells[1].strip(), cells[2].strip(), resource.strip(), verb.strip()));
                }
            }
        }
        return grants;
    }

    private static Grant grant(String who, String group, String resource, String verb) {
        Matcher matcher = RESOURCE.matcher(resource);
        if (!matcher.matches()) {
            throw new IllegalStateException("docs/access.md: '" + resource + "' is no resource");
        }
        String name = matcher.group("name");
        String apiGroup = group.equals("core") ? "" : group;
        return new Grant(
                who, apiGroup, matcher.group("resource"), name == null ? "" : name, matcher.group("own") != null, verb);
    }

    private static List<String> lines() {
        try {
            String page = Files.readString(Checkout.ofWorkingDirectory().path("docs/access.md"));
            String section = page.substring(page.indexOf("<!-- kubernetes:"), page.indexOf("<!-- end of kubernetes"));
            return section.lines()
                    .filter(line -> line.startsWith("| `kubemdm-"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
