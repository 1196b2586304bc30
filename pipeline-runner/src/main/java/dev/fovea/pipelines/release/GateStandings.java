package dev.fovea.pipelines.release;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.Name;
import dev.fovea.pipelines.status.Standings;
import dev.fovea.store.ObjectStore;
import dev.fovea.teamfile.Gate;
import dev.fovea.teamfile.ReleaseSpec;
import dev.fovea.teamfile.TeamFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads how releases stand, and their gates from the policy that they began with. */
final class GateStandings implements Standings {
  private static final long LIMIT_POLICY_BYTES = 1 << 20;

  private final Orders orders;
  private final ObjectStore objects;

  GateStandings(Orders orders, ObjectStore objects) {
    this.orders = orders;
    this.objects = objects;
  }

  @Override
  public Optional<Standing> of(Name project, Digest release) {
    return orders.find(project, release).map(found -> new Standing(found, gates(release)));
  }

  private List<Gate> gates(Digest release) {
    try {
      var text = objects.bytes(orders.load(release).policyText(), LIMIT_POLICY_BYTES);
      return TeamFile.parse(new String(text, StandardCharsets.UTF_8))
          .release()
          .map(ReleaseSpec::gates)
          .orElse(List.of());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
