package io.kubemdm.operator;

import io.kubemdm.bus.KafkaAccess;
import io.kubemdm.operator.approval.ApprovalSettings;
import io.kubemdm.operator.automation.AutomationSettings;
import io.kubemdm.operator.automation.deprovision.LostSettings;
import io.kubemdm.operator.compliance.NotificationSettings;
import io.kubemdm.operator.flag.FlagSettings;
import io.kubemdm.operator.prometheus.PrometheusSettings;
import io.kubemdm.operator.wiperequest.WipeSettings;
import io.kubemdm.protocol.order.WipeBudget;
import io.kubemdm.protocol.trust.Pem;
import io.kubemdm.protocol.trust.Signer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.ECPublicKey;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What role {@code control} needs to know, read from {@link OperatorConfig} and the files it names.
 *
 * @param leaseNamespace where the Lease lies
 * @param devicesPerSecond Device objects brought back per second, at most
 * @param wipes approvals and budgets nobody may go below or above
 * @param approvals which changes need a second person
 * @param lost whether a lost device is asked to be wiped
 * @param quarantine how many devices policies may confine
 * @param notifications the webhook for notifications, null without one
 * @param automation the door for HR and directory systems, null without one
 * @param flags where feature flags come from
 * @param prometheus where queries of analyses go, null for nowhere
 */
public record Settings(
        String region,
        String replica,
        KafkaAccess kafka,
        Signer signer,
        String leaseName,
        String leaseNamespace,
        Duration leaseDuration,
        Duration renewDeadline,
        Duration retryPeriod,
        int devicesPerSecond,
        Duration informerSilence,
        WipeSettings wipes,
        ApprovalSettings approvals,
        LostSettings lost,
        WipeBudget.Limits quarantine,
        @Nullable NotificationSettings notifications,
        @Nullable AutomationSettings automation,
        FlagSettings flags,
        @Nullable PrometheusSettings prometheus) {

    /**
     * Reads the files.
     *
     * @param ownNamespace where the ServiceAccount lives, for a Lease without one
     * @throws IllegalStateException when a file cannot be read or is not what it should be; no key is in the message
     */
    static Settings of(OperatorConfig config, String ownNamespace) {
        return new Settings(
                config.region(),
                config.replica(),
                kafka(config.kafka()),
                signer(config.keys().orders()),
                config.lease().name(),
                config.lease().namespace().orElse(ownNamespace),
                config.lease().duration(),
                config.lease().renewDeadline(),
                config.lease().retryPeriod(),
                config.limits().devicesPerSecond(),
                config.limits().informerSilence(),
                config.wipes().settings(),
                config.approvals().settings(),
                new LostSettings(
                        config.wipes().lost().corporate(), config.wipes().lost().personal()),
                config.compliance().quarantineLimits(),
                config.notifications().settings(),
                config.automation().enabled() ? automation(config, ownNamespace) : null,
                config.flags().settings(config.lease().namespace().orElse(ownNamespace)),
                config.analysis().settings());
    }

    private static AutomationSettings automation(OperatorConfig config, String ownNamespace) {
        Map<String, List<String>> tokens = new HashMap<>();
        config.automation()
                .tenants()
                .forEach((tenant, keys) ->
                        tokens.put(tenant, keys.scimTokenSha256().orElse(List.of())));
        return new AutomationSettings(
                config.bindHost(),
                config.automation().port(),
                config.tls().certificate(),
                config.tls().key(),
                config.automation().hookSecrets(),
                tokens,
                config.automation().podAddress().orElse(null),
                config.lease().namespace().orElse(ownNamespace));
    }

    private static KafkaAccess kafka(OperatorConfig.Kafka config) {
        Path truststore = config.truststore().orElse(null);
        return config.securityProtocol().startsWith("SASL")
                ? KafkaAccess.scram(config.bootstrapServers(), config.securityProtocol(), config.jaasFile(), truststore)
                : new KafkaAccess(config.bootstrapServers(), config.securityProtocol(), null, truststore);
    }

    /** The signer of a folder with {@code tls.key} and {@code tls.crt}. */
    public static Signer signer(Path folder) {
        try {
            var certificate = Pem.certificates(Files.readString(folder.resolve("tls.crt")))
                    .getFirst();
            if (!(certificate.getPublicKey() instanceof ECPublicKey publicKey)) {
                throw new IllegalStateException("the certificate in " + folder + " has no EC key: use P-256");
            }
            return new Signer(Pem.privateKey(Files.readString(folder.resolve("tls.key"))), publicKey);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalStateException("cannot read the signing key in " + folder + ": " + e.getMessage(), e);
        }
    }
}
