package dev.fovea.lab;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.service.annotation.DeleteExchange;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;
import org.springframework.web.service.annotation.PostExchange;

/**
 * The lab keeper's side of the agents that run elsewhere: who may join, who goes, what they signed.
 */
@HttpExchange("/api/v1/lab")
public interface Agents {
  /**
   * Makes a code by which one device may join, once, within ten minutes. A device that is in the
   * lab already may be invited again: it then gets a new key.
   */
  @PostExchange("/invitations")
  Invitation invite(@RequestBody InviteRequest request) throws InvalidRequest;

  /** The invitations that are open, newest first, without their codes. */
  @GetExchange("/invitations")
  List<Invited> invitations();

  /** Takes a device out of the lab: its key opens nothing any more, its job goes to another. */
  @DeleteExchange("/devices/{name}")
  void remove(@PathVariable("name") Name name) throws NoSuchThing, InvalidRequest;

  /** What the device signed for this profile. */
  @GetExchange("/profiles/{digest}/statement")
  Envelope statement(@PathVariable("digest") Digest digest) throws NoSuchThing;

  /**
   * Who is to join.
   *
   * @param kind {@code cpu}, {@code gpu} or {@code jetson}
   * @param label what it shares with its equals
   */
  record InviteRequest(Name device, String kind, Optional<Name> label) {}

  /**
   * An invitation.
   *
   * @param code shown once; only its hash is kept
   */
  record Invitation(Name device, String code, Instant expires) {
    /** Never shows the code. */
    @Override
    public String toString() {
      return "Invitation[device=%s, code=•••, expires=%s]".formatted(device, expires);
    }
  }

  /** An invitation that is open. */
  record Invited(Name device, String kind, Optional<Name> label, String by, Instant expires) {}
}
