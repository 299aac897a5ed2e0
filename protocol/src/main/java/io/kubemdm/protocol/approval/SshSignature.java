package io.kubemdm.protocol.approval;

import io.kubemdm.protocol.trust.SignatureRefused;
import io.kubemdm.protocol.trust.SignatureRefused.Reason;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.interfaces.RSAKey;
import java.util.Arrays;
import java.util.Base64;
import java.util.Set;
import org.apache.sshd.common.signature.BuiltinSignatures;
import org.apache.sshd.common.signature.Signature;
import org.apache.sshd.common.util.buffer.BufferException;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;

/**
 * A signature made by {@code ssh-keygen -Y sign}, read as OpenSSH's PROTOCOL.sshsig says. Keys in hardware (FIDO2,
 * {@code sk-…}) count only with the touch of a person, which Apache MINA SSHD demands when it verifies.
 */
public final class SshSignature {

    /** Longest armoured signature that is looked at, in characters; RSA of 16,384 bits needs 5,600. */
    public static final int MAX_LENGTH = 8 * 1024;

    private static final String BEGIN = "-----BEGIN SSH SIGNATURE-----";
    private static final String END = "-----END SSH SIGNATURE-----";
    private static final byte[] MAGIC = "SSHSIG".getBytes(StandardCharsets.US_ASCII);
    private static final int VERSION = 1;
    private static final int MIN_RSA_BITS = 2048;

    /** Without SHA-1 and DSA; what {@code ssh-keygen} signs with today. */
    private static final Set<String> ALGORITHMS = Set.of(
            "ssh-ed25519",
            "ecdsa-sha2-nistp256",
            "ecdsa-sha2-nistp384",
            "ecdsa-sha2-nistp521",
            "rsa-sha2-256",
            "rsa-sha2-512",
            "sk-ssh-ed25519@openssh.com",
            "sk-ecdsa-sha2-nistp256@openssh.com");

    private final byte[] key;
    private final String namespace;
    private final String hash;
    private final byte[] signature;

    private SshSignature(byte[] key, String namespace, String hash, byte[] signature) {
        this.key = key;
        this.namespace = namespace;
        this.hash = hash;
        this.signature = signature;
    }

    /**
     * Reads an armoured signature; says nothing of whether it holds.
     *
     * @throws SignatureRefused {@link Reason#Malformed} when it is none
     */
    public static SshSignature parse(String armoured) {
        String text = armoured.strip();
        if (text.length() > MAX_LENGTH || !text.startsWith(BEGIN) || !text.endsWith(END)) {
            throw new SignatureRefused(
                    Reason.Malformed,
                    "not an SSH signature of at most " + MAX_LENGTH + " characters: make it with ssh-keygen -Y sign");
        }
        try {
            String body = text.substring(BEGIN.length(), text.length() - END.length());
            ByteArrayBuffer in =
                    new ByteArrayBuffer(Base64.getMimeDecoder().decode(body.getBytes(StandardCharsets.US_ASCII)));
            byte[] magic = new byte[MAGIC.length];
            in.getRawBytes(magic);
            int version = in.getInt();
            if (!Arrays.equals(magic, MAGIC) || version != VERSION) {
                throw new SignatureRefused(Reason.Malformed, "not an SSH signature of version " + VERSION);
            }
            byte[] key = in.getBytes();
            String namespace = in.getString();
            in.getString(); // reserved; counts as empty
            String hash = in.getString();
            byte[] signature = in.getBytes();
            if (in.available() > 0) {
                throw new SignatureRefused(Reason.Malformed, "an SSH signature with something behind it");
            }
            return new SshSignature(key, namespace, hash, signature);
        } catch (IllegalArgumentException | IndexOutOfBoundsException | BufferException e) {
            throw new SignatureRefused(Reason.Malformed, "an SSH signature that cannot be read", e);
        }
    }

    /** The signer's public key, in OpenSSH's binary form. */
    byte[] key() {
        return key.clone();
    }

    /**
     * Checks that its key signed {@code message} for {@code expected} purpose.
     *
     * @throws SignatureRefused when it did not
     */
    public void verify(String expected, byte[] message) {
        if (!namespace.equals(expected)) {
            throw new SignatureRefused(
                    Reason.WrongType, "signed for " + namespace + ", not for " + expected + " (ssh-keygen -n)");
        }
        try {
            ByteArrayBuffer signed = new ByteArrayBuffer();
            signed.putRawBytes(MAGIC);
            signed.putString(namespace);
            signed.putString("");
            signed.putString(hash);
            signed.putBytes(digest().digest(message));
            if (!verifies(signed.getCompactData())) {
                throw new SignatureRefused(Reason.BadSignature, "the SSH signature does not match");
            }
        } catch (SignatureRefused e) {
            throw e;
        } catch (Exception e) { // MINA declares it
            throw new SignatureRefused(Reason.BadSignature, "the SSH signature cannot be checked", e);
        }
    }

    private boolean verifies(byte[] signed) throws Exception {
        String algorithm = new ByteArrayBuffer(signature).getString();
        PublicKey publicKey = new ByteArrayBuffer(key).getRawPublicKey();
        if (!ALGORITHMS.contains(algorithm)) {
            throw new SignatureRefused(Reason.Malformed, "signature algorithm " + algorithm + " is not accepted");
        }
        if (publicKey instanceof RSAKey rsa && rsa.getModulus().bitLength() < MIN_RSA_BITS) {
            throw new SignatureRefused(Reason.Malformed, "an RSA key needs at least " + MIN_RSA_BITS + " bits");
        }
        Signature verifier = BuiltinSignatures.fromFactoryName(algorithm).create();
        verifier.initVerifier(null, publicKey);
        verifier.update(null, signed);
        return verifier.verify(null, signature);
    }

    private MessageDigest digest() throws GeneralSecurityException {
        return switch (hash) {
            case "sha256" -> MessageDigest.getInstance("SHA-256");
            case "sha512" -> MessageDigest.getInstance("SHA-512");
            default -> throw new SignatureRefused(Reason.Malformed, "hash " + hash + " is not accepted");
        };
    }
}
