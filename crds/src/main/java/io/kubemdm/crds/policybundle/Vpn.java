package io.kubemdm.crds.policybundle;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import io.kubemdm.crds.LabelField;
import io.kubemdm.crds.ObjectRef;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A tunnel from typed fields only: a hook such as PostUp cannot be expressed. */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_EMPTY)
@ValidationRule(
        value = "!has(self.secretRef)",
        message =
                "SecretsNotSupported: settings.vpn.secretRef cannot be used, because secrets are not encrypted to each device's key: use certificateProfile")
public record Vpn(
        @JsonPropertyDescription("Name of the tunnel and of its interface.")
        @Required
        @Size(min = 1, max = 15) @Pattern("^[a-z][a-z0-9-]*$") String name,

        @JsonPropertyDescription("Protocol.") @Required VpnType type,

        @JsonPropertyDescription("Host name or address of the server.")
        @Required
        @Size(min = 1, max = 253) @Pattern("^[A-Za-z0-9.:-]+$") String server,

        @JsonPropertyDescription("Port of the server.") @Min(1) @Max(65535) @Nullable Integer port,

        @JsonPropertyDescription("Public key of a WireGuard server, in base64.")
        @Size(min = 44, max = 44) @Pattern("^[A-Za-z0-9+/]{43}=$") @Nullable String serverPublicKey,

        @JsonPropertyDescription("Profile of the client certificate for IkeV2.") @LabelField @Nullable String certificateProfile,

        @JsonPropertyDescription("Addresses of the device inside the tunnel, as CIDR.") @Size(max = 8) List<@Size(min = 1, max = 49) @Pattern("^[0-9a-fA-F:.]+/[0-9]{1,3}$") String> addresses,

        @JsonPropertyDescription("Networks reached through the tunnel, as CIDR.") @Size(max = 64) List<@Size(min = 1, max = 49) @Pattern("^[0-9a-fA-F:.]+/[0-9]{1,3}$") String> allowedIps,

        @JsonPropertyDescription("Name servers used while the tunnel is up.") @Size(max = 4) List<@Size(min = 1, max = 45) @Pattern("^[0-9a-fA-F:.]+$") String> dnsServers,

        @JsonPropertyDescription("Refused: secrets are not encrypted to a device key.") @Nullable ObjectRef secretRef)
        implements VpnBuilder.With {

    public Vpn {
        addresses = addresses == null ? List.of() : List.copyOf(addresses);
        allowedIps = allowedIps == null ? List.of() : List.copyOf(allowedIps);
        dnsServers = dnsServers == null ? List.of() : List.copyOf(dnsServers);
    }
}
