package io.kubemdm.testbed.broker;

import io.kubemdm.testbed.process.Ports;
import io.kubemdm.testbed.process.Readiness;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;

/** Logs in and asks who is there. Before anybody listens on the port it does not bother a client with it. */
final class BrokerProbe implements Readiness {

    private final int port;
    private final Properties login;

    BrokerProbe(int port, Properties login) {
        this.port = port;
        this.login = new Properties();
        this.login.putAll(login);
        this.login.put("request.timeout.ms", "2000");
        this.login.put("default.api.timeout.ms", "2000");
        this.login.put("reconnect.backoff.ms", "50");
    }

    @Override
    public boolean isReady() {
        if (Ports.isFree(port)) {
            return false;
        }
        try (Admin admin = Admin.create(login)) {
            return !admin.describeCluster().nodes().get(2, TimeUnit.SECONDS).isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
