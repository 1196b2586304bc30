package dev.fovea.web;

import dev.fovea.kernel.Digest;
import dev.fovea.kernel.LineageNode;
import dev.fovea.kernel.LineageNode.Kind;
import dev.fovea.kernel.Name;
import dev.fovea.registry.Lineage;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * The thread under every object's title: what stands nearest to it at each station from the commit
 * to the frames.
 */
@Component
public class Stations {
  private static final int HOPS = 12;
  private static final Map<Kind, String> WORDS = words();
  private final Lineage lineage;

  Stations(Lineage lineage) {
    this.lineage = lineage;
  }

  /**
   * One station.
   *
   * @param kind its word
   * @param label what stands there; {@code none yet} where nothing does
   * @param digits eight digits; empty where nothing stands there
   * @param href where it leads; empty where nothing stands there
   * @param here whether it is the object that the page shows
   */
  public record Station(String kind, String label, String digits, String href, boolean here) {}

  /** The thread of an object, or none where the lineage does not know it or does not answer. */
  public List<Station> through(Name project, Digest object) {
    return Part.of(() -> lineage.around(project, object, HOPS))
        .value()
        .map(graph -> stations(project, graph))
        .orElse(List.of());
  }

  private static List<Station> stations(Name project, Lineage.Graph graph) {
    var stations = new ArrayList<Station>();
    WORDS.forEach((kind, word) ->
        stations.add(
            (graph.start().kind() == kind ? Stream.of(graph.start()) : graph.nodes().stream())
                .filter(node -> node.kind() == kind)
                .findFirst()
                .map(node ->
                    station(project, word, node, node.digest().equals(graph.start().digest())))
                .orElse(new Station(word, "none yet", "", "", false))));
    return List.copyOf(stations);
  }

  private static Station station(Name project, String word, LineageNode node, boolean here) {
    return new Station(
        word, withoutKind(node.label()), node.digest().abbreviated(), href(project, node), here);
  }

  /** The page of a thing: its own where it has one, else its place in the lineage. */
  public static String href(Name project, LineageNode node) {
    var digits = node.digest().abbreviated();
    return switch (node.kind()) {
      case RELEASE -> "/%s/releases/%s".formatted(project, digits);
      case BATCH -> "/%s/batches/%s".formatted(project, digits);
      default -> "/%s/lineage/%s".formatted(project, node.digest());
    };
  }

  /** What a kind is called on pages. */
  public static String word(Kind kind) {
    return switch (kind) {
      case EVALUATION -> "Evaluation";
      case DEVICE -> "Device";
      case IMAGE -> "Image";
      case BATCH -> "Batch";
      case DATA -> "Data";
      case STAGE -> "Stage";
      default -> WORDS.getOrDefault(kind, kind.name());
    };
  }

  private static Map<Kind, String> words() {
    var words = new LinkedHashMap<Kind, String>();
    words.put(Kind.COMMIT, "Commit");
    words.put(Kind.DATASET_VERSION, "Dataset");
    words.put(Kind.RUN, "Run");
    words.put(Kind.MODEL_VERSION, "Model");
    words.put(Kind.VARIANT, "Variant");
    words.put(Kind.PROFILE, "Profile");
    words.put(Kind.RELEASE, "Release");
    words.put(Kind.ROLLOUT, "Rollout");
    words.put(Kind.FRAME, "Frames");
    return words;
  }

  /** The station's head says the kind already. */
  private static String withoutKind(String label) {
    return label.replaceFirst("^(release of|profile on|run|commit) ", "");
  }
}
