package dev.fovea.registry.artifacts;

import dev.fovea.kernel.Name;
import dev.fovea.registry.artifacts.Transfer.Kind;
import dev.fovea.registry.artifacts.Transfer.State;
import dev.fovea.registry.protocol.ErrorCode;
import dev.fovea.registry.protocol.MlflowError;
import java.time.Clock;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** Ways in for those who have a signed address and no token: opened for a time, checked, shut. */
@Component
final class Doors {
  private static final Pattern ID = Pattern.compile("[0-9a-f]{32}");
  private static final int MOST_OPEN = 1_000;

  private final TransferRows rows;
  private final Clock clock = Clock.systemUTC();

  Doors(TransferRows rows) {
    this.rows = rows;
  }

  Transfer open(
      Kind kind,
      Name project,
      ArtifactPath place,
      int parts,
      Optional<Artifact> read,
      Duration lifetime) {
    if (kind != Kind.READING && rows.open(project) >= MOST_OPEN) {
      throw new MlflowError(
          ErrorCode.RESOURCE_CONFLICT,
          "%d uploads of this project are open (expected: fewer); complete or abort some, or wait until the oldest end"
              .formatted(MOST_OPEN));
    }
    var transfer =
        new Transfer(
            UUID.randomUUID().toString().replace("-", ""),
            kind,
            project,
            place,
            parts,
            AddressKey.random(),
            State.OPEN,
            read,
            clock.instant().plus(lifetime).truncatedTo(ChronoUnit.MILLIS));
    rows.add(transfer);
    return transfer;
  }

  boolean isOver(Transfer transfer) {
    return transfer.isOver(clock.instant());
  }

  /**
   * The transfer that an address is of.
   *
   * @param part the number in the address; 0 for the whole file
   * @throws MlflowError where nobody was given this address, which is told like one that is
   *     unknown; or where it is over, which only its holder learns
   */
  Transfer pass(Kind kind, String id, int part, String signature) {
    var transfer =
        Optional.of(id)
            .filter(text -> ID.matcher(text).matches())
            .flatMap(rows::find)
            .filter(found -> found.kind() == kind && part <= found.parts())
            .filter(found -> found.key().hasSigned(id, part, signature))
            .orElseThrow(() -> closed("this address was not given by this server"));
    if (transfer.state() != State.OPEN) {
      throw closed("this address was used or its upload is over");
    }
    if (isOver(transfer)) {
      throw closed("this address ended at %s".formatted(transfer.expires()));
    }
    return transfer;
  }

  private static MlflowError closed(String why) {
    return new MlflowError(ErrorCode.PERMISSION_DENIED, why + "; ask for another");
  }
}
