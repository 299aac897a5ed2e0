package io.kubemdm.protocol.bundle;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * The order in which a rollout admits devices: by the first 64 bits of SHA-256 over device name and bundle digest. It
 * is the same in every region and after every restart, and another one for every bundle. Two of 100,000 devices share a
 * place with a probability of 3·10⁻¹⁰; they would be admitted together.
 */
public final class AdmissionOrder {

    private AdmissionOrder() {}

    /** The device's place: 16 hexadecimal digits, to be compared as text. */
    public static String place(String deviceName, String digest) {
        byte[] hash = Digest.sha256((deviceName + "\n" + digest).getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().formatHex(hash, 0, 8);
    }

    /**
     * Whether a device's place is within the first {@code percent} of all places there can be. Of a large fleet this is
     * that share of the devices, of a small one about it: a place is where chance has put it.
     */
    public static boolean isWithin(String deviceName, String digest, int percent) {
        BigInteger place = new BigInteger(place(deviceName, digest), 16);
        return place.multiply(BigInteger.valueOf(100))
                        .compareTo(BigInteger.ONE.shiftLeft(64).multiply(BigInteger.valueOf(percent)))
                < 0;
    }
}
