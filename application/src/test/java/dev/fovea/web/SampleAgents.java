package dev.fovea.web;

import static dev.fovea.web.Samples.minutesAgo;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.lab.Agents;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One device is invited; notes who else is. */
final class SampleAgents implements Agents {
  static final String CODE = "0f1e2d3c-00112233445566778899aabbccddeeff";
  final List<InviteRequest> asked = new ArrayList<>();

  @Override
  public Invitation invite(InviteRequest request) {
    if (request.device().text().equals("local-cpu")) {
      throw new InvalidRequest("device local-cpu runs inside the lab itself", "choose another");
    }
    asked.add(request);
    return new Invitation(request.device(), CODE, Instant.now());
  }

  @Override
  public List<Invited> invitations() {
    return List.of(
        new Invited(
            Name.of("orin-nx-03"),
            "jetson",
            Optional.of(Name.of("orin-nx")),
            Samples.HOSTILE,
            minutesAgo(-8)));
  }

  @Override
  public void remove(Name name) {
    throw new IllegalStateException("pages remove no device");
  }

  @Override
  public Envelope statement(Digest digest) {
    throw new IllegalStateException("pages ask for no statement");
  }
}
