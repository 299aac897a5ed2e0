package io.kubemdm.testbed.pod;

import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** Asks one probe of a pod once, as a kubelet does. */
public final class PodProbe {

    private static final String HOST = "127.0.0.1";

    private final HttpClient http;

    /** Probes over one client, which the caller closes. */
    public PodProbe(HttpClient http) {
        this.http = http;
    }

    /**
     * Whether the pod answers.
     *
     * @param ports local port by the name of the container port
     * @throws PodRefusal when the probe is of a kind, or names a port, that does not exist here
     */
    public boolean answers(String pod, Probe probe, Map<String, Integer> ports) {
        Duration limit = Duration.ofSeconds(Objects.requireNonNullElse(probe.getTimeoutSeconds(), 1));
        if (probe.getHttpGet() != null) {
            return get(pod, probe.getHttpGet(), ports, limit);
        }
        if (probe.getTcpSocket() != null) {
            return connects(port(pod, probe.getTcpSocket().getPort(), ports), limit);
        }
        throw new PodRefusal(pod, "probe", "only httpGet and tcpSocket exist here");
    }

    private boolean get(String pod, HTTPGetAction action, Map<String, Integer> ports, Duration limit) {
        if ("HTTPS".equals(action.getScheme())) {
            throw new PodRefusal(pod, "probe", "scheme HTTPS does not exist here: probe the management port");
        }
        String path = action.getPath() == null ? "/" : action.getPath();
        URI address = URI.create("http://" + HOST + ":" + port(pod, action.getPort(), ports) + path);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).timeout(limit);
        List<HTTPHeader> headers = action.getHttpHeaders();
        headers.forEach(header -> request.header(header.getName(), header.getValue()));
        try {
            int status = http.send(request.build(), BodyHandlers.discarding()).statusCode();
            return status >= 200 && status < 400;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static boolean connects(int port, Duration limit) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int) limit.toMillis());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static int port(String pod, IntOrString named, Map<String, Integer> ports) {
        Integer port = named.getStrVal() == null ? null : ports.get(named.getStrVal());
        if (port == null) {
            throw new PodRefusal(
                    pod,
                    "probe",
                    "port must be the name of a container port, one of " + ports.keySet() + ", not "
                            + (named.getStrVal() == null ? named.getIntVal() : named.getStrVal()));
        }
        return port;
    }
}
