package io.kubemdm.testbed.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.kubemdm.protocol.json.Json;
import io.kubemdm.testbed.Checkout;
import io.kubemdm.testbed.controlplane.ControlPlane;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A real API server with our kinds, one tenant and two people in it, without any of our services. */
final class CommandStage implements AutoCloseable {

    static final String TENANT = "acme";

    private final ControlPlane plane;

    CommandStage(Path dir) {
        plane = ControlPlane.start(dir);
        plane.kubectl().apply(Checkout.ofWorkingDirectory().path("charts/kubemdm/files/crds"));
        plane.kubectl().run("wait", "--for=condition=Established", "crd", "--all", "--timeout=60s");
        plane.kubectl().run("create", "namespace", TENANT);
        plane.kubectl().run("create", "serviceaccount", "nobody", "-n", TENANT);
        plane.kubectl().run("create", "serviceaccount", "approver", "-n", TENANT);
        plane.kubectl()
                .run(
                        "create",
                        "role",
                        "approver",
                        "-n",
                        TENANT,
                        "--verb=get,list,watch,create",
                        "--resource=wiperequests.kubemdm.io,wipeapprovals.kubemdm.io");
        plane.kubectl()
                .run(
                        "create",
                        "rolebinding",
                        "approver",
                        "-n",
                        TENANT,
                        "--role=approver",
                        "--serviceaccount=acme:approver");
    }

    ControlPlane plane() {
        return plane;
    }

    /** A command of the administrator about the tenant. */
    CommandRun run(String... arguments) {
        return run(plane.kubeconfig(), arguments);
    }

    /** A command of one of the tenant's ServiceAccounts about the tenant. */
    CommandRun runAs(String account, String... arguments) {
        return run(plane.kubeconfigOf(TENANT, account), arguments);
    }

    /** A command of the administrator that says for itself what it is about. */
    CommandRun runElsewhere(String... arguments) {
        return CommandRun.of(Stream.concat(
                        Stream.of(arguments),
                        Stream.of("--kubeconfig", plane.kubeconfig().toString()))
                .toArray(String[]::new));
    }

    private static CommandRun run(Path kubeconfig, String... arguments) {
        return CommandRun.of(
                Stream.concat(Stream.of(arguments), Stream.of("-n", TENANT, "--kubeconfig", kubeconfig.toString()))
                        .toArray(String[]::new));
    }

    /** Says how far a wipe is, as the operator would. */
    void phase(String wipe, String phase) {
        status("wipe", wipe, "{\"phase\":\"" + phase + "\"}");
    }

    private void status(String kind, String name, String status) {
        plane.kubectl()
                .run(
                        "patch",
                        kind,
                        name,
                        "-n",
                        TENANT,
                        "--subresource=status",
                        "--type=merge",
                        "-p",
                        "{\"status\":" + status + "}");
    }

    /** A device with this status. */
    void device(String name, String status) {
        plane.kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: Device
                metadata: {name: %s, namespace: acme, labels: {group: found}}
                spec: {platform: Linux}
                """.formatted(name));
        status("devices.kubemdm.io", name, status);
    }

    /** A lock that ann has asked for. */
    void wipe(String name, String device) {
        plane.kubectl().apply("""
                apiVersion: kubemdm.io/v1alpha1
                kind: WipeRequest
                metadata: {name: %s, namespace: acme}
                spec: {deviceRef: {name: %s}, type: Lock, reason: Lost, requestedBy: ann}
                """.formatted(name, device));
    }

    /** An object's fields. */
    JsonNode object(String kind, String name) {
        return json(plane.kubectl().run("get", kind, name, "-n", TENANT, "-o", "json"));
    }

    static JsonNode json(String text) {
        return Json.read(text.getBytes(StandardCharsets.UTF_8), JsonNode.class);
    }

    @Override
    public void close() {
        plane.close();
    }
}
