package io.kubemdm.agent.wipe;

import io.kubemdm.agent.Pki;
import io.kubemdm.agent.driver.Drivers;
import io.kubemdm.agent.driver.SimulatedDriver;
import io.kubemdm.agent.identity.DeviceKey;
import io.kubemdm.agent.order.Approvers;
import io.kubemdm.agent.order.CommandDecision;
import io.kubemdm.agent.order.Orders;
import io.kubemdm.agent.order.ReplayGuard;
import io.kubemdm.agent.policy.BundleQuorum;
import io.kubemdm.agent.policy.Policies;
import io.kubemdm.agent.store.Store;
import io.kubemdm.protocol.device.DeviceId;
import io.kubemdm.protocol.message.AgentReport;
import io.kubemdm.protocol.message.CommandAcknowledged;
import io.kubemdm.protocol.message.OrderIssued;
import io.kubemdm.protocol.order.CommandOrder;
import io.kubemdm.protocol.order.DesiredOrder;
import io.kubemdm.protocol.order.WithdrawnOrder;
import io.kubemdm.protocol.trust.JwsType;
import io.kubemdm.protocol.trust.Verifier;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** The agent's judging and acting parts on a store, without a link; made anew for each start. */
final class Device implements Orders.Obedience {

    static final Instant NOW = Instant.parse("2026-11-25T12:00:00Z");

    final List<AgentReport> said = new ArrayList<>();
    final ReplayGuard guard;
    final Policies policies;
    final CommandRunner runner;
    final Orders orders;

    Device(Store store, Pki pki, DeviceKey key, DeviceActs acts) {
        DeviceId id = Pki.device(key);
        Verifier verifier = new Verifier(List.of(pki.ordersKey.publicKey()));
        guard = new ReplayGuard(store, id);
        policies = new Policies(
                new Policies.Ground(
                        store,
                        new Drivers(List.of(new SimulatedDriver("files"))),
                        () -> verifier,
                        "Linux",
                        new BundleQuorum(id, () -> null),
                        () -> 0),
                new Policies.Mouth() {
                    @Override
                    public void report(AgentReport report) {
                        said.add(report);
                    }

                    @Override
                    public void request(String digest) {
                        throw new IllegalStateException("no bundle is asked for here");
                    }
                });
        runner = new CommandRunner(
                guard,
                policies,
                acts,
                key::sign,
                () -> NOW,
                said::add,
                new CommandRunner.Threads(Runnable::run, Runnable::run));
        orders = new Orders(
                guard,
                () -> verifier,
                new CommandDecision.Device(id, acts.refused(), CommandRunner.SUPPORTED),
                new Approvers(store),
                this);
        orders.enterEpoch(1);
        runner.carryOut();
    }

    static OrderIssued command(Pki pki, CommandOrder order) {
        return new OrderIssued(OrderIssued.Lane.command, pki.signer().sign(JwsType.COMMAND, order));
    }

    static OrderIssued withdrawn(Pki pki, WithdrawnOrder order) {
        return new OrderIssued(OrderIssued.Lane.withdrawn, pki.signer().sign(JwsType.WITHDRAWN, order));
    }

    static OrderIssued desired(Pki pki, DesiredOrder order) {
        return new OrderIssued(OrderIssued.Lane.desired, pki.signer().sign(JwsType.DESIRED, order));
    }

    @Override
    public void desired(DesiredOrder order) {
        policies.follow(order);
    }

    @Override
    public void carryOut() {
        runner.carryOut();
    }

    @Override
    public boolean isRemedying() {
        return runner.isRunningScripts();
    }

    @Override
    public void acknowledge(CommandAcknowledged acknowledgement) {
        said.add(acknowledgement);
    }

    @Override
    public void handInAgain(String id, String receipt) {
        said.add(new io.kubemdm.protocol.message.ReceiptHandedIn(id, receipt));
    }

    @Override
    public void takenBack(String id) {
        // Nothing was done about it.
    }
}
