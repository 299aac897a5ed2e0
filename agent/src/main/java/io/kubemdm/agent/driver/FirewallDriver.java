package io.kubemdm.agent.driver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.TextNode;
import io.kubemdm.agent.program.Nft;
import io.kubemdm.agent.program.Programs;
import io.kubemdm.agent.store.DeviceFiles;
import io.kubemdm.agent.store.FileImage;
import io.kubemdm.agent.store.StoreFailed;
import io.kubemdm.agent.store.UnsafePath;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code settings.firewall}: one nftables table of ours, in the kernel and in a file that systemd loads before the network
 * is up. Tables of others stay as they are. On and Deny are stricter, and so are fewer openings.
 */
public final class FirewallDriver extends FileDriver {

    private static final String RULES = "/etc/nftables.d/kubemdm.nft";
    private static final String UNIT = "/etc/systemd/system/kubemdm-firewall.service";
    private static final String WANTED = "/etc/systemd/system/multi-user.target.d/90-kubemdm-firewall.conf";
    private static final String KERNEL = "firewall:kernel";
    private static final int MAX_OPENINGS = 64;

    private static final Map<String, Fields.Check> FIELDS = Map.of(
            "enabled", Fields::flag,
            "defaultInbound", Fields.word("Allow", "Deny"),
            "allow", FirewallDriver::checkedOpenings);

    private static final String UNIT_TEXT = ConfigLines.MARK + """

            [Unit]
            Description=Packet filter of KubeMDM
            DefaultDependencies=no
            Wants=network-pre.target
            Before=network-pre.target shutdown.target
            Conflicts=shutdown.target
            RequiresMountsFor=/etc
            [Service]
            Type=oneshot
            RemainAfterExit=yes
            ExecStart=/usr/sbin/nft -f %s
            """.formatted(RULES);

    private final @Nullable Nft nft;
    private final @Nullable Programs machine;
    private final @Nullable KernelTable kernel;

    /**
     * A driver.
     *
     * @param nft the kernel's packet filter, null where there is none or only files below a root are meant
     * @param machine null where only files below a root are meant
     */
    public FirewallDriver(DeviceFiles files, @Nullable Nft nft, @Nullable Programs machine) {
        super(files);
        this.nft = nft;
        this.kernel = nft == null ? null : new KernelTable(nft);
        this.machine = machine;
    }

    @Override
    public String key() {
        return "firewall";
    }

    @Override
    public List<Setting> split(JsonNode value) {
        return Fields.split(key(), value, FIELDS);
    }

    private static JsonNode checkedOpenings(String name, JsonNode value) {
        Fields.list(name, value, MAX_OPENINGS);
        value.forEach(FirewallRules.Opening::of);
        return value;
    }

    @Override
    public Map<String, String> notApplicable(@Nullable JsonNode value) {
        String why = obstacle();
        return why == null ? Map.of() : Map.of("firewall", why);
    }

    private @Nullable String obstacle() {
        if (machine == null) {
            return null;
        }
        return nft == null ? "nftables is not installed: apt-get install nftables" : nft.obstacle();
    }

    @Override
    public @Nullable JsonNode stricter(String name, JsonNode one, JsonNode other) {
        return switch (Target.subjectOf(name)) {
            case "enabled" -> BooleanNode.valueOf(one.asBoolean() || other.asBoolean());
            case "defaultInbound" -> one.asText().equals("Deny") ? one : other;
            default -> fewer(one, other);
        };
    }

    private static @Nullable JsonNode fewer(JsonNode one, JsonNode other) {
        SortedSet<FirewallRules.Opening> first = openings(one);
        SortedSet<FirewallRules.Opening> second = openings(other);
        return second.containsAll(first) ? one : first.containsAll(second) ? other : null;
    }

    private static SortedSet<FirewallRules.Opening> openings(JsonNode allow) {
        SortedSet<FirewallRules.Opening> openings = new TreeSet<>();
        allow.forEach(opening -> openings.add(FirewallRules.Opening.of(opening)));
        return openings;
    }

    @Override
    public List<Target> plan(List<Setting> effective) {
        boolean enabled = true;
        boolean denies = true;
        JsonNode allow = JsonNodeFactory.instance.arrayNode();
        for (Setting setting : effective) {
            switch (setting.subject()) {
                case "enabled" -> enabled = setting.value().asBoolean();
                case "defaultInbound" -> denies = setting.value().asText().equals("Deny");
                default -> allow = setting.value();
            }
        }
        if (!enabled || effective.isEmpty()) {
            return List.of();
        }
        JsonNode wanted = TextNode.valueOf(new FirewallRules(denies, openings(allow)).text());
        List<String> sources = effective.stream().map(Setting::name).toList();
        List<Target> targets = new ArrayList<>();
        for (String file : List.of(RULES, UNIT, WANTED)) {
            targets.add(new Target("firewall:" + file, wanted, sources));
        }
        if (kernel != null) {
            targets.add(new Target(KERNEL, wanted, sources));
        }
        return targets;
    }

    @Override
    FileImage image(Target target, @Nullable FileImage before) {
        return FileImage.text(
                switch (target.subject()) {
                    case RULES ->
                        ConfigLines.MARK + "\ntable " + FirewallRules.TABLE + "\ndelete table " + FirewallRules.TABLE
                                + "\n" + target.wanted().asText();
                    case UNIT -> UNIT_TEXT;
                    default -> ConfigLines.MARK + "\n[Unit]\nWants=kubemdm-firewall.service\n";
                },
                0644);
    }

    @Override
    public boolean holds(Target target, Prior prior) {
        return (kernel != null && target.name().equals(KERNEL))
                ? kernel.holds(target.wanted().asText())
                : super.holds(target, prior);
    }

    @Override
    public void set(Target target, Prior prior) {
        if (kernel != null && target.name().equals(KERNEL)) {
            kernel.load(target.wanted().asText());
        } else {
            super.set(target, prior);
        }
    }

    @Override
    public Prior capture(String target) {
        return (kernel != null && target.equals(KERNEL)) ? kernel.capture() : super.capture(target);
    }

    @Override
    public void restore(String target, Prior prior) {
        if (kernel != null && target.equals(KERNEL)) {
            kernel.restore(prior);
        } else {
            super.restore(target, prior);
        }
    }

    @Override
    public void activate() {
        Systemd.reload(machine);
    }

    @Override
    public void measure(FactSheet sheet) {
        String why = obstacle();
        try {
            if (why == null) {
                FirewallRules found = found();
                sheet.put("firewall.enabled", found != null);
                if (found != null) {
                    sheet.put("firewall.defaultInbound", found.denies() ? "Deny" : "Allow");
                    ArrayNode allow = JsonNodeFactory.instance.arrayNode();
                    found.openings().forEach(opening -> allow.add(opening.toString()));
                    sheet.put("firewall.allow", allow);
                    return;
                }
                why = "our nftables table is not loaded";
            } else {
                sheet.unmeasured("firewall.enabled", why);
            }
        } catch (UnsafePath | StoreFailed | SettingRefused e) {
            why = String.valueOf(e.getMessage());
            sheet.unmeasured("firewall.enabled", why);
        }
        sheet.unmeasured("firewall.defaultInbound", why);
        sheet.unmeasured("firewall.allow", why);
    }

    private @Nullable FirewallRules found() {
        if (kernel != null) {
            return kernel.found();
        }
        FileImage file = files().read(RULES);
        return file == null ? null : FirewallRules.read(file.text());
    }
}
