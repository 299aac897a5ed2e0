package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The host firewall. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Firewall(
        @JsonPropertyDescription("Whether the firewall must be on.") @Nullable Boolean enabled,

        @JsonPropertyDescription("What happens to inbound traffic that allow does not name.") @Nullable Inbound defaultInbound,

        @JsonPropertyDescription("Inbound traffic that is let through.") @Size(max = 64) List<Opening> allow) {

    public Firewall {
        allow = allow == null ? List.of() : List.copyOf(allow);
    }

    /** One port that is open, to one network or to all. */
    @JsonIgnoreProperties(ignoreUnknown = true)
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    public record Opening(
            @JsonPropertyDescription("Tcp or Udp.") @Default("Tcp")
            TransportProtocol protocol,

            @JsonPropertyDescription("Port number.") @Required @Min(1) @Max(65535) int port,

            @JsonPropertyDescription("Network it is open to, as a CIDR; absent means every one.")
            @Size(min = 1, max = 49) @Pattern("^[0-9a-fA-F:.]+/[0-9]{1,3}$") @Nullable String source) {

        public Opening {
            protocol = protocol == null ? TransportProtocol.Tcp : protocol;
        }
    }
}
