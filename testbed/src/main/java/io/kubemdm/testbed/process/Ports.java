package io.kubemdm.testbed.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Free ports. They are taken from below the range that the kernel hands to outgoing connections: a part that
 * is killed must find its port again, and no connection may sit on it by chance in between.
 */
public final class Ports {

    private static final int LOWEST = 20_000;
    private static final int HIGHEST = 32_700;
    private static final int TRIES = 1_000;

    private Ports() {}

    /**
     * Different ports on which nobody listens now.
     *
     * @throws IllegalStateException when a thousand random tries find none
     */
    public static List<Integer> free(int count) {
        List<Integer> found = new ArrayList<>();
        RandomGenerator random = RandomGenerator.getDefault();
        for (int tries = 0; tries < TRIES && found.size() < count; tries++) {
            int port = random.nextInt(LOWEST, HIGHEST);
            if (!found.contains(port) && isFree(port)) {
                found.add(port);
            }
        }
        if (found.size() < count) {
            throw new IllegalStateException("no free port between " + LOWEST + " and " + HIGHEST);
        }
        return found;
    }

    /** Whether a listener could take this port now, on every address. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
