package dev.fovea.lab.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.dsse.VerifyingKey;
import dev.fovea.kernel.Digest;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.AgentCalls.Join;
import dev.fovea.lab.AgentCalls.Joined;
import dev.fovea.lab.AgentCalls.Token;
import dev.fovea.lab.AgentRefused;
import dev.fovea.lab.DeviceRemoved;
import dev.fovea.lab.agent.Facts;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Objects;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets devices in: the first time by a code, afterwards by their key. Whatever is wrong with a code
 * is told in the same words, so that nobody learns which codes exist.
 */
final class Joining {
  private final Invitations invitations;
  private final RemoteDevices devices;
  private final AgentTokens tokens;
  private final TransactionTemplate transactions;
  private final Acts acts;

  /** What came of a code; decided in a transaction that is kept either way. */
  private sealed interface Outcome {
    record In(Joined joined) implements Outcome {}

    record Out() implements Outcome {}
  }

  Joining(
      Invitations invitations,
      RemoteDevices devices,
      AgentTokens tokens,
      TransactionTemplate transactions,
      Acts acts) {
    this.invitations = invitations;
    this.devices = devices;
    this.tokens = tokens;
    this.transactions = transactions;
    this.acts = acts;
  }

  Joined join(Join join) {
    var facts = Facts.checked(join.facts());
    var key = PublicKeys.sent(join.key());
    var proven =
        join.proof()
            .verified(AgentCalls.JOIN_TYPE, key)
            .map(bytes -> new String(bytes, StandardCharsets.UTF_8))
            .filter(join.code()::equals);
    var code = Code.parse(join.code()).filter(_ -> proven.isPresent());
    var outcome =
        code.isEmpty()
            ? new Outcome.Out()
            : Objects.requireNonNull(
                transactions.execute(_ -> decide(join, code.get(), key.encoded(), facts)));
    return switch (outcome) {
      case Outcome.In(var joined) -> joined;
      case Outcome.Out() ->
          throw new AgentRefused(
              "the code is wrong, was used, or is too old",
              "ask the lab keeper for a new one: 'fovea device invite NAME'");
    };
  }

  private Outcome decide(Join join, Code code, byte[] key, java.util.Map<String, String> facts) {
    var found = invitations.find(code);
    if (found.isEmpty()) {
      return new Outcome.Out();
    }
    var invitation = found.get();
    if (!code.fits(invitation.secretHash())) {
      if (invitations.guessed(code)) {
        acts.refused(
            "nobody", "joined as device", invitation.device().text(), "the code was guessed at");
      }
      return new Outcome.Out();
    }
    var digest = Digest.sha256(key).toString();
    var named = join.device().map(invitation.device()::equals).orElse(true);
    boolean repeated = invitation.fresh() && invitation.usedBy().filter(digest::equals).isPresent();
    if (!named || !invitation.open() && !repeated) {
      acts.refused(
          "nobody",
          "joined as device",
          invitation.device().text(),
          named ? "the code was used or is too old" : "the code is for another device");
      return new Outcome.Out();
    }
    if (!repeated) {
      invitations.used(code, digest);
      devices.join(invitation, key, facts);
      acts.done(
          "device/" + invitation.device(),
          "joined the lab with key " + digest,
          invitation.device().text());
    }
    return new Outcome.In(new Joined(invitation.device(), invitation.kind(), invitation.label()));
  }

  /** A token for whoever signed a challenge of ours with the device's key. */
  Token token(Envelope signed) {
    var refused =
        new AgentRefused(
            "no device of this lab has this key, or the challenge is old",
            "join with a new code of 'fovea device invite NAME'");
    var claimed = claimed(signed);
    var device = tokens.challenged(claimed).orElseThrow(() -> refused);
    var key = devices.key(device).orElseThrow(() -> refused);
    if (signed.verified(AgentCalls.CHALLENGE_TYPE, VerifyingKey.of(key.bytes())).isEmpty()) {
      throw refused;
    }
    if (key.removed()) {
      throw new DeviceRemoved(device.text());
    }
    return tokens.issue(device, claimed).orElseThrow(() -> refused);
  }

  private static String claimed(Envelope signed) {
    try {
      return new String(Base64.getDecoder().decode(signed.payload()), StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }
}
