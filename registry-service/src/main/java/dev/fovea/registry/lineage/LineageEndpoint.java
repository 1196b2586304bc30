package dev.fovea.registry.lineage;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.InvalidRequest;
import dev.fovea.kernel.LineageLinked;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.Name;
import dev.fovea.kernel.NoSuchThing;
import dev.fovea.registry.Lineage;
import java.util.LinkedHashSet;
import java.util.List;
import org.springframework.web.bind.annotation.RestController;

/** Answers where things came from and what came of them. */
@RestController
class LineageEndpoint implements Lineage {
  private static final int MOST_ARROWS = 400;
  private static final int MOST_HOPS = 20;
  private static final int MOST_CHARS = 200;

  private final LineageNodes nodes;
  private final LineageLinks links;

  LineageEndpoint(LineageNodes nodes, LineageLinks links) {
    this.nodes = nodes;
    this.links = links;
  }

  @Override
  public List<LineageNode> find(Name project, String text) {
    if (text.isBlank() || text.length() > MOST_CHARS) {
      throw new InvalidRequest(
          "text: %d characters (expected: 1 to %d)".formatted(text.length(), MOST_CHARS),
          "give a name, or at least eight digits of a digest");
    }
    return nodes.beginningWith(project, text.strip());
  }

  @Override
  public Graph around(Name project, Digest digest, int hops) {
    if (hops < 1 || hops > MOST_HOPS) {
      throw new InvalidRequest(
          "hops: %d (expected: 1 to %d)".formatted(hops, MOST_HOPS),
          "give a number of hops in this range");
    }
    var start = load(project, digest);
    var back = new Walk(digest, LineageLinked::from);
    var onward = new Walk(digest, LineageLinked::to);
    var arrows = new LinkedHashSet<LineageLinked>();
    for (int hop = 0; hop < hops && arrows.size() < MOST_ARROWS; hop++) {
      var before = links.to(project, back.edge(), MOST_ARROWS - arrows.size());
      back.step(before);
      arrows.addAll(before);
      var after = links.from(project, onward.edge(), MOST_ARROWS - arrows.size());
      onward.step(after);
      arrows.addAll(after);
    }
    var digests = new LinkedHashSet<Digest>();
    digests.add(digest);
    arrows.forEach(arrow -> {
      digests.add(arrow.from().digest());
      digests.add(arrow.to().digest());
    });
    return new Graph(start, nodes.read(project, digests), List.copyOf(arrows));
  }

  @Override
  public List<String> why(Name project, Digest digest) {
    var start = load(project, digest);
    var back = new Walk(digest, LineageLinked::from);
    var arrows = new LinkedHashSet<LineageLinked>();
    while (!back.edge().isEmpty() && arrows.size() < MOST_ARROWS) {
      var before = links.to(project, back.edge(), MOST_ARROWS - arrows.size());
      back.step(before);
      arrows.addAll(before);
    }
    return arrows.isEmpty()
        ? List.of("%s came from nothing that Fovea knows of.".formatted(start.label()))
        : Sentences.of(List.copyOf(arrows));
  }

  @Override
  public Reach rollouts(Name project, Digest digest) {
    return Ways.from(
        load(project, digest),
        (things, most) ->
            links.from(project, things.stream().map(LineageNode::digest).toList(), most));
  }

  private LineageNode load(Name project, Digest digest) {
    return nodes.read(project, List.of(digest)).stream()
        .findFirst()
        .orElseThrow(() ->
            new NoSuchThing(
                "thing with the digest",
                digest.toString(),
                "find it by name: fovea why <name>, or compare the digits"));
  }
}
