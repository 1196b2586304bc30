package dev.fovea.registry;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import java.util.List;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.service.annotation.GetExchange;
import org.springframework.web.service.annotation.HttpExchange;

/** The graph of everything: each arrow goes from the older thing to the newer. */
@HttpExchange("/api/v1/projects/{project}/lineage")
public interface Lineage {
  /**
   * What a digest, or at least eight leading digits of one, names. Also a name such as a model's or
   * device's label.
   */
  @GetExchange("/find")
  List<LineageNode> find(@PathVariable("project") Name project, @RequestParam("text") String text)
      throws InvalidRequest;

  /**
   * Everything that the thing came from and that came from it, at most 400 arrows, nearest first.
   *
   * @param hops how far to walk each way, 1 to 20
   */
  @GetExchange("/{digest}")
  Graph around(
      @PathVariable("project") Name project,
      @PathVariable("digest") Digest digest,
      @RequestParam(name = "hops", defaultValue = "12") int hops)
      throws NoSuchThing, InvalidRequest;

  /**
   * Why it is there: one sentence an arrow, from the thing itself back to where everything began.
   */
  @GetExchange("/{digest}/why")
  List<String> why(@PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /**
   * The rollouts that serve what came of a thing, each with the shortest way to it: through runs,
   * models and variants, not through what was only judged on it, nor through what a rollout saw.
   */
  @GetExchange("/{digest}/rollouts")
  Reach rollouts(@PathVariable("project") Name project, @PathVariable("digest") Digest digest)
      throws NoSuchThing;

  /**
   * Where a thing got to.
   *
   * @param complete whether everything was followed; false after 20,000 arrows
   */
  record Reach(LineageNode start, List<Way> ways, boolean complete) {}

  /**
   * A way to a rollout.
   *
   * @param arrows from the start to the rollout
   */
  record Way(LineageNode rollout, List<LineageLinked> arrows) {}

  /** A part of the graph. */
  record Graph(LineageNode start, List<LineageNode> nodes, List<LineageLinked> links) {}
}
