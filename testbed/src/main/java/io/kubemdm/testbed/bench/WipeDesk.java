package io.kubemdm.testbed.bench;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.kubemdm.crds.Decision;
import io.kubemdm.crds.ObjectRef;
import io.kubemdm.crds.wipeapproval.WipeApproval;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpec;
import io.kubemdm.crds.wipeapproval.WipeApprovalSpecBuilder;
import io.kubemdm.crds.wiperequest.WipePhase;
import io.kubemdm.crds.wiperequest.WipeReason;
import io.kubemdm.crds.wiperequest.WipeRequest;
import io.kubemdm.crds.wiperequest.WipeRequestSpecBuilder;
import io.kubemdm.crds.wiperequest.WipeRequestStatus;
import io.kubemdm.crds.wiperequest.WipeType;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.testbed.history.Line;
import io.kubemdm.testbed.process.Readiness;
import io.kubemdm.testbed.region.Region;
import java.net.HttpURLConnection;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What people do with WipeRequests, again and again until the API server has it; and what they see. For one thread. */
final class WipeDesk implements AutoCloseable {

    private static final List<String> PEOPLE = List.of("ann", "bob");
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final String namespace;
    private final Recorder history;
    private final KubernetesClient requester;
    private final Map<String, KubernetesClient> people = new HashMap<>();
    private final Map<String, Line.Seen> last = new HashMap<>();

    /** A request that the API server has; {@code command} is the id its command will have. */
    record Asked(String name, String uid, int approvals) {
        String command() {
            return uid + "-1";
        }
    }

    WipeDesk(Region region, String namespace, Recorder history) {
        this.namespace = namespace;
        this.history = history;
        this.requester = client(region, "carol");
        PEOPLE.forEach(person -> people.put(person, client(region, person)));
    }

    private static KubernetesClient client(Region region, String person) {
        Config config = Config.fromKubeconfig(region.folder().kubeconfig().toFile());
        config.setImpersonateUsername(person);
        config.setImpersonateGroups("system:masters");
        config.setRequestTimeout(5_000);
        config.setConnectionTimeout(2_000);
        config.setRequestRetryBackoffLimit(0);
        return new KubernetesClientBuilder().withConfig(config).build();
    }

    /** Approvals that the chart's defaults demand, or one more than none when the request itself is to wait. */
    static int approvals(WipeType type, boolean waits) {
        return type == WipeType.FullWipe || type == WipeType.CryptoErase ? PEOPLE.size() : waits ? 1 : 0;
    }

    Asked ask(String name, DeviceId device, WipeType type, int approvals) {
        WipeRequest wipe = new WipeRequest();
        wipe.setMetadata(
                new ObjectMetaBuilder().withNamespace(namespace).withName(name).build());
        wipe.setSpec(WipeRequestSpecBuilder.builder()
                .deviceRef(new ObjectRef(device.name()))
                .type(type)
                .reason(WipeReason.Lost)
                .requiredApprovals(approvals)
                .build());
        WipeRequest made = insist("ask for " + name, () -> {
            try {
                return requester.resource(wipe).create();
            } catch (KubernetesClientException e) {
                // The answer to an earlier try was lost with its server.
                if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                    return read(name);
                }
                throw e;
            }
        });
        Asked asked = new Asked(name, made.getMetadata().getUid(), approvals);
        history.note(new Line.Created(asked.command(), name, device.toString(), type, approvals));
        return asked;
    }

    /** As many people as needed approve. */
    void approve(Asked asked) {
        PEOPLE.stream().limit(asked.approvals()).forEach(person -> {
            WipeApproval said = new WipeApproval();
            said.setMetadata(new ObjectMetaBuilder()
                    .withNamespace(namespace)
                    .withName(asked.name() + "-" + person)
                    .build());
            said.setSpec(WipeApprovalSpecBuilder.builder()
                    .wipeRef(new WipeApprovalSpec.WipeRef(asked.name(), asked.uid()))
                    .decision(Decision.Approve)
                    .build());
            insist("approve " + asked.name(), () -> {
                try {
                    return people.get(person).resource(said).create();
                } catch (KubernetesClientException e) {
                    if (e.getCode() == HttpURLConnection.HTTP_CONFLICT) {
                        return said;
                    }
                    throw e;
                }
            });
            history.note(new Line.Approved(asked.command(), person));
        });
    }

    void cancel(Asked asked) {
        insist("cancel " + asked.name(), () -> requester
                .resources(WipeRequest.class)
                .inNamespace(namespace)
                .withName(asked.name())
                .patch(PatchContext.of(PatchType.JSON_MERGE), "{\"spec\":{\"cancelled\":true}}"));
    }

    /** The phase it shows now, null when it shows none or the API server does not answer. */
    @Nullable WipePhase look(Asked asked) {
        try {
            WipeRequestStatus status = read(asked.name()).getStatus();
            if (status == null || status.phase() == null) {
                return null;
            }
            Line.Seen now = new Line.Seen(
                    asked.command(),
                    status.phase(),
                    status.receipt() == null ? null : status.receipt().digest());
            if (!now.equals(last.put(asked.command(), now))) {
                history.note(now);
            }
            return status.phase();
        } catch (KubernetesClientException e) {
            return null;
        }
    }

    /** As {@link #look}, once the API server answers; what it shows is on record although it is nothing new. */
    void lookAgain(Asked asked) {
        last.remove(asked.command());
        if (!Readiness.await(() -> look(asked) != null, PATIENCE)) {
            throw new IllegalStateException(asked.name() + " shows no phase after " + PATIENCE);
        }
    }

    private WipeRequest read(String name) {
        WipeRequest found = requester
                .resources(WipeRequest.class)
                .inNamespace(namespace)
                .withName(name)
                .get();
        if (found == null) {
            throw new IllegalStateException(name + " is gone");
        }
        return found;
    }

    private static <T> T insist(String what, Supplier<T> act) {
        AtomicReference<T> done = new AtomicReference<>();
        AtomicReference<KubernetesClientException> last = new AtomicReference<>();
        Readiness.await(
                () -> {
                    try {
                        done.set(act.get());
                        return true;
                    } catch (KubernetesClientException e) {
                        last.set(e);
                        return isRefusal(e);
                    }
                },
                PATIENCE,
                Duration.ofMillis(100));
        if (done.get() == null) {
            throw new IllegalStateException("cannot " + what + ": " + last.get().getMessage(), last.get());
        }
        return done.get();
    }

    /** Neither an API server that is away nor one that does not know its rules yet or has too much to do. */
    private static boolean isRefusal(KubernetesClientException e) {
        return e.getCode() >= 400
                && e.getCode() < 500
                && e.getCode() != HttpURLConnection.HTTP_FORBIDDEN
                && e.getCode() != 429;
    }

    @Override
    public void close() {
        requester.close();
        people.values().forEach(KubernetesClient::close);
    }
}
