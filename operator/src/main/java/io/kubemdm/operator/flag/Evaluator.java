package io.kubemdm.operator.flag;

import dev.openfeature.sdk.Client;
import dev.openfeature.sdk.ErrorCode;
import dev.openfeature.sdk.FeatureProvider;
import dev.openfeature.sdk.FlagEvaluationDetails;
import dev.openfeature.sdk.NoOpProvider;
import dev.openfeature.sdk.OpenFeatureAPI;
import dev.openfeature.sdk.Reason;
import dev.openfeature.sdk.exceptions.OpenFeatureError;
import io.kubemdm.operator.outgoing.ForeignText;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One provider behind OpenFeature's API, and its answers in our words. */
final class Evaluator implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Evaluator.class);
    private static final AtomicInteger DOMAINS = new AtomicInteger();

    private final String domain;
    private final String source;
    private final FeatureProvider provider;
    private final Client client;

    /** @param source how messages name where flags come from, such as {@code ConfigMap kubemdm-flags} */
    Evaluator(String source, FeatureProvider provider) {
        this(newDomain(), source, provider);
    }

    /** @param domain of {@link #newDomain}, which OpenFeature's API remembers for good; one provider at a time has it */
    Evaluator(String domain, String source, FeatureProvider provider) {
        this.domain = domain;
        this.source = source;
        this.provider = provider;
        this.client = OpenFeatureAPI.getInstance().getClient(domain);
    }

    static String newDomain() {
        return "kubemdm-" + DOMAINS.incrementAndGet();
    }

    /** Lets the provider begin, in the background; asked before it is ready, flags are unreachable. */
    void start() {
        OpenFeatureAPI.getInstance().setProvider(domain, provider);
    }

    /** Lets the provider begin and waits; one that fails makes flags unreachable. */
    void startAndWait() {
        try {
            OpenFeatureAPI.getInstance().setProviderAndWait(domain, provider);
        } catch (OpenFeatureError e) {
            LOG.warn("flags cannot be asked source={}", source, e);
        }
    }

    /** For the provider's events. */
    Client client() {
        return client;
    }

    FlagAnswer ask(String key, FlagContext context) {
        FlagEvaluationDetails<Boolean> details = client.getBooleanDetails(key, false, context.evaluation());
        if (details.getErrorCode() == null && details.getValue() != null) {
            String reason = String.valueOf(details.getReason());
            boolean forAll = reason.equals(Reason.STATIC.name()) || reason.equals(Reason.DISABLED.name());
            return FlagAnswer.of(details.getValue(), forAll);
        }
        return FlagAnswer.unreachable(problem(key, details.getErrorCode(), details.getErrorMessage()));
    }

    private String problem(String key, ErrorCode code, String message) {
        return switch (code) {
            case FLAG_NOT_FOUND ->
                "Flag " + key + " is missing or disabled in " + source
                        + ": define it, with true and false as variants.";
            case TYPE_MISMATCH ->
                "Flag " + key + " in " + source + " is not boolean: give it the variants true and false.";
            case PROVIDER_NOT_READY -> source + " has not been read yet.";
            case null, default ->
                source + " says nothing usable about flag " + key + ": " + ForeignText.shortened(message) + ".";
        };
    }

    @Override
    public void close() {
        // Whoever replaces a provider has the API shut it down.
        OpenFeatureAPI.getInstance().setProvider(domain, new NoOpProvider());
    }
}
