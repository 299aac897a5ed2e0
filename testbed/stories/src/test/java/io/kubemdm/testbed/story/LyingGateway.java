package io.kubemdm.testbed.story;

import io.kubemdm.protocol.trust.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;

/**
 * A gateway that has been taken over: it holds the gateway's TLS key and one device's, stands between that device and the
 * real gateway, and changes the bundles that pass. What it makes of a bundle must be as long as the bundle was, because
 * it knows nothing of frames.
 */
final class LyingGateway implements AutoCloseable {

    private static final Pattern JWS = Pattern.compile("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]+");

    private final SSLServerSocket server;
    private final SSLContext towardsGateway;
    private final int gatewayPort;
    private final UnaryOperator<String> lie;
    private final Set<SSLSocket> open = ConcurrentHashMap.newKeySet();

    /**
     * Starts one on a free port.
     *
     * @param pki the installation's keys
     * @param device whose key it holds
     * @param lie makes another compact JWS of a bundle's
     */
    LyingGateway(Path pki, DeviceSide device, int gatewayPort, UnaryOperator<String> lie) {
        this.gatewayPort = gatewayPort;
        this.lie = lie;
        try {
            Path tls = pki.resolve("gateway-tls");
            SSLContext towardsDevice = context(
                    Files.readString(tls.resolve("tls.key")),
                    Pem.certificates(Files.readString(tls.resolve("tls.crt"))));
            StringBuilder chain = new StringBuilder();
            device.identity().get("certificates").forEach(pem -> chain.append(pem.asText()));
            towardsGateway = context(device.keyPem(), Pem.certificates(chain.toString()));
            server = (SSLServerSocket)
                    towardsDevice.getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            server.setNeedClientAuth(true);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /** Where the device is to connect. */
    String address() {
        return "localhost:" + server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                SSLSocket device = (SSLSocket) server.accept();
                SSLSocket gateway = (SSLSocket)
                        towardsGateway.getSocketFactory().createSocket(InetAddress.getLoopbackAddress(), gatewayPort);
                open.add(device);
                open.add(gateway);
                Thread.ofVirtual().start(() -> carry(device, gateway, UnaryOperator.identity()));
                Thread.ofVirtual().start(() -> carry(gateway, device, this::tamper));
            } catch (IOException e) {
                // The device or the gateway hung up; the device comes again.
            }
        }
    }

    private static void carry(SSLSocket from, SSLSocket to, UnaryOperator<byte[]> change) {
        byte[] buffer = new byte[1 << 16];
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                out.write(change.apply(Arrays.copyOf(buffer, read)));
                out.flush();
            }
        } catch (IOException e) {
            // One side hung up: closing both is all there is to do.
        }
    }

    private byte[] tamper(byte[] chunk) {
        String text = new String(chunk, StandardCharsets.ISO_8859_1);
        Matcher found = JWS.matcher(text);
        return found.replaceAll(match -> isBundle(match.group()) ? lie.apply(match.group()) : match.group())
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static boolean isBundle(String jws) {
        String header = jws.substring(0, jws.indexOf('.'));
        return new String(Base64.getUrlDecoder().decode(header), StandardCharsets.UTF_8).contains("kubemdm-bundle+jws");
    }

    private static SSLContext context(String keyPem, List<X509Certificate> chain) {
        try {
            PrivateKey key = Pem.privateKey(keyPem);
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("it", key, new char[0], chain.toArray(X509Certificate[]::new));
            KeyManagerFactory keys = KeyManagerFactory.getInstance("PKIX");
            keys.init(store, new char[0]);
            SSLContext context = SSLContext.getInstance("TLSv1.3");
            context.init(keys.getKeyManagers(), new TrustManager[] {new TrustsAnybody()}, null);
            return context;
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalStateException("cannot use the stolen keys", e);
        }
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (SSLSocket socket : open) {
            socket.close();
        }
    }

    /** A thief checks nobody. */
    private static final class TrustsAnybody implements X509TrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String kind) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
