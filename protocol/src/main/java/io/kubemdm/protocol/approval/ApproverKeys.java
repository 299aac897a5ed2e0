package io.kubemdm.protocol.approval;

import io.kubemdm.protocol.json.Json;
import io.kubemdm.protocol.trust.SignatureRefused;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.sshd.common.config.keys.PublicKeyEntry;

/**
 * The people who must agree before a device erases itself or takes a bundle with files or scripts. The device keeps them apart from its identity: no enrolment
 * touches them, and only a document that a quorum of them has signed replaces them.
 *
 * @param version counts the replacements, from 1; a document serves once
 * @param quorum how many different keys must have signed, 1 to the number of keys
 * @param keys public keys as in {@code authorized_keys}: type, base64, comment
 */
public record ApproverKeys(long version, int quorum, List<String> keys) {

    /** Purpose of the signature under a replacement, {@code -n} of {@code ssh-keygen}. */
    public static final String NAMESPACE = "approvers@kubemdm.io";

    /** Most keys. */
    public static final int MAX_KEYS = 16;

    private static final int MAX_KEY_LENGTH = 4 * 1024;

    public ApproverKeys {
        keys = List.copyOf(keys);
        if (version < 1) {
            throw new IllegalArgumentException("version: " + version + " is below 1");
        }
        if (keys.isEmpty() || keys.size() > MAX_KEYS) {
            throw new IllegalArgumentException("keys: 1 to " + MAX_KEYS + " are needed, there are " + keys.size());
        }
        if (quorum < 1 || quorum > keys.size()) {
            throw new IllegalArgumentException(
                    "quorum: " + quorum + " of " + keys.size() + " keys cannot be reached, give 1 to " + keys.size());
        }
        Set<String> distinct = new HashSet<>();
        for (String key : keys) {
            if (!distinct.add(Base64.getEncoder().encodeToString(blob(key)))) {
                throw new IllegalArgumentException("keys: one is there twice: " + key);
            }
        }
    }

    /**
     * The keys of a file in {@code authorized_keys} form, as a first version.
     *
     * @throws IllegalArgumentException what is wrong with it
     */
    public static ApproverKeys first(String file, int quorum) {
        List<String> keys = new ArrayList<>();
        file.lines()
                .map(String::strip)
                .filter(line -> !line.isEmpty() && !line.startsWith("#"))
                .forEach(keys::add);
        return new ApproverKeys(1, quorum, keys);
    }

    private static byte[] blob(String key) {
        if (key.length() > MAX_KEY_LENGTH) {
            throw new IllegalArgumentException("keys: one is longer than " + MAX_KEY_LENGTH + " characters");
        }
        try {
            PublicKeyEntry entry = PublicKeyEntry.parsePublicKeyEntry(key);
            Objects.requireNonNull(entry.resolvePublicKey(null, null, null), "a key of a type that is not known");
            return entry.getKeyData();
        } catch (GeneralSecurityException | java.io.IOException | RuntimeException e) {
            throw new IllegalArgumentException(
                    "keys: not a public key as in authorized_keys: " + key + " (" + e.getMessage() + ")", e);
        }
    }

    /** How many of the keys have signed a message for a purpose; what does not hold counts for nothing. */
    public int signed(String namespace, byte[] message, List<String> signatures) {
        Set<Integer> counted = new HashSet<>();
        for (String armoured : signatures.subList(0, Math.min(signatures.size(), WipeProof.MAX_SIGNATURES))) {
            int signer = signer(namespace, message, armoured);
            if (signer >= 0) {
                counted.add(signer);
            }
        }
        return counted.size();
    }

    /** The index of the key whose signature it is, -1 when it does not hold or is nobody's here. */
    private int signer(String namespace, byte[] message, String armoured) {
        try {
            SshSignature signature = SshSignature.parse(armoured);
            int index = indexOf(signature.key());
            if (index >= 0) {
                signature.verify(namespace, message);
            }
            return index;
        } catch (SignatureRefused e) {
            return -1;
        }
    }

    private int indexOf(byte[] blob) {
        for (int i = 0; i < keys.size(); i++) {
            if (Arrays.equals(blob(keys.get(i)), blob)) {
                return i;
            }
        }
        return -1;
    }

    /** Whether a proof is enough for a statement now. */
    public boolean agree(WipeStatement statement, WipeProof proof) {
        return signed(WipeStatement.NAMESPACE, statement.canonical(), proof.signatures()) >= quorum;
    }

    /**
     * Up to which share of the devices a quorum agrees to a bundle: a key that has signed several shares stands for its
     * largest, and the quorum for the least of its keys.
     *
     * @return percent, -1 when no quorum has signed for this namespace
     */
    public int agreedPercent(String namespace, BundleProof proof) {
        Map<Integer, Integer> largest = new HashMap<>();
        for (BundleProof.Share share : proof.shares()) {
            byte[] statement = new BundleStatement(proof.digest(), namespace, share.percent()).canonical();
            int signer = signer(BundleStatement.NAMESPACE, statement, share.signature());
            if (signer >= 0) {
                largest.merge(signer, share.percent(), Math::max);
            }
        }
        List<Integer> shares =
                largest.values().stream().sorted(Comparator.reverseOrder()).toList();
        return shares.size() < quorum ? -1 : shares.get(quorum - 1);
    }

    /** The text that is signed to put these keys in the place of others. */
    public byte[] canonical() {
        return Json.canonical(this);
    }

    /**
     * A replacement by those who are replaced.
     *
     * @param next with the version after this one
     * @param signatures of a quorum of these keys under {@code next}'s canonical text
     * @throws IllegalArgumentException why it does not replace them
     */
    public ApproverKeys replacedBy(ApproverKeys next, List<String> signatures) {
        if (next.version() != version + 1) {
            throw new IllegalArgumentException(
                    "version: " + next.version() + " does not follow " + version + ": give " + (version + 1));
        }
        int signed = signed(NAMESPACE, next.canonical(), signatures);
        if (signed < quorum) {
            throw new IllegalArgumentException("signatures: " + signed + " of the keys in force have signed, " + quorum
                    + " are needed: ssh-keygen -Y sign -n " + NAMESPACE);
        }
        return next;
    }

    /** The keys as a file in {@code authorized_keys} form. */
    public byte[] file() {
        return (String.join("\n", keys) + "\n").getBytes(StandardCharsets.UTF_8);
    }
}
