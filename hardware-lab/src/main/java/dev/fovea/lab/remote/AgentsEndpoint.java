package dev.fovea.lab.remote;

import dev.fovea.dsse.Envelope;
import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.kernel.Text;
import dev.fovea.lab.AgentCalls;
import dev.fovea.lab.Agents;
import dev.fovea.lab.ProfileFinished;
import dev.fovea.roles.Callers;
import dev.fovea.store.ObjectStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.function.Consumer;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionTemplate;
import org.springframework.web.bind.annotation.RestController;

/** Answers lab keepers. */
@RestController
class AgentsEndpoint implements Agents {
  private static final Set<String> KINDS = Set.of("cpu", "gpu", "jetson");
  private static final int MOST_OPEN = 100;
  private static final long MOST_STATEMENT_BYTES = 64 << 20;

  private final Invitations invitations;
  private final RemoteDevices devices;
  private final JdbcClient jdbc;
  private final ObjectStore objects;
  private final TransactionTemplate transactions;
  private final Consumer<Object> events;
  private final Acts acts;

  AgentsEndpoint(
      Invitations invitations,
      RemoteDevices devices,
      JdbcClient jdbc,
      ObjectStore objects,
      TransactionTemplate transactions,
      Consumer<Object> events) {
    this.invitations = invitations;
    this.devices = devices;
    this.jdbc = jdbc;
    this.objects = objects;
    this.transactions = transactions;
    this.events = events;
    this.acts = new Acts(events);
  }

  @Override
  public Invitation invite(InviteRequest request) {
    if (!KINDS.contains(request.kind())) {
      throw new InvalidRequest(
          "kind: '%s' (expected: one of %s)"
              .formatted(Text.excerpt(request.kind()), KINDS.stream().sorted().toList()),
          "choose one of them");
    }
    devices
        .taken(request.device(), request.label())
        .ifPresent(why -> {
          throw new InvalidRequest(why, "choose another name or label");
        });
    return Objects.requireNonNull(
        transactions.execute(_ -> {
          if (invitations.open().size() >= MOST_OPEN) {
            throw new InvalidRequest(
                "%d invitations are open (expected: fewer)".formatted(MOST_OPEN),
                "wait until some have ended, ten minutes at most");
          }
          acts.done("invited device", request.device().text());
          return invitations.add(request, Callers.current().subject());
        }));
  }

  @Override
  public List<Invited> invitations() {
    return invitations.open();
  }

  @Override
  public void remove(Name name) {
    transactions.executeWithoutResult(_ -> {
      invitations.withdraw(name);
      if (!devices.remove(name)) {
        throw new NoSuchThing(
            "device that joined from elsewhere",
            name.text(),
            "'fovea device list' lists the devices; what runs inside the lab can't be removed");
      }
      acts.done("removed device", name.text());
      devices
          .failUnserved(
              "device %s was removed from the lab, and no other may do this; name another device"
                  .formatted(name))
          .forEach(job -> events.accept(new ProfileFinished(job)));
    });
  }

  @Override
  public Envelope statement(Digest digest) {
    var seal =
        jdbc.sql(
                "select profile -> 'seal' ->> 'key' as key, profile -> 'seal' ->> 'signature' as signature"
                    + " from lab.job where state = 'DONE' and profile ->> 'digest' = :digest limit 1")
            .param("digest", digest.toString())
            .query((row, _) ->
                new Envelope.Signature(
                    String.valueOf(row.getString("key")),
                    String.valueOf(row.getString("signature"))))
            .optional()
            .filter(found -> !found.sig().equals("null"))
            .orElseThrow(() ->
                new NoSuchThing(
                    "signed profile",
                    digest.toString(),
                    "profiles measured inside the lab are not signed; see 'fovea device profiles'"));
    try {
      return Envelope.of(
          AgentCalls.STATEMENT_TYPE,
          objects.bytes(digest, MOST_STATEMENT_BYTES),
          seal.keyid(),
          seal.sig());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
