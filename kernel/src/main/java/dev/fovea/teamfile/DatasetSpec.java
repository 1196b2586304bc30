package dev.fovea.teamfile;

import java.util.List;
import java.util.Map;

/**
 * One dataset of the repository.
 *
 * @param path its {@code .dvc} file, relative to the repository's root
 * @param format how its labels are written
 * @param classes the labels that exist; empty means that the first version decides
 * @param quality what each check does when it finds something; a check that is not named refuses
 */
public record DatasetSpec(
    String path, Format format, List<String> classes, Map<Check, Reaction> quality) {
  /** How labels are written. */
  public enum Format {
    CSV,
    IMAGEFOLDER,
    COCO,
    YOLO,
    VOC,
    CVAT,
    DATUMARO
  }

  /** What is looked for in every version that is pushed. */
  public enum Check {
    /** An image that does not decode, is empty or cut short. */
    UNDECODABLE,
    /** The same bytes in two splits. */
    SPLIT_LEAKAGE,
    /** A label that is no class. */
    UNKNOWN_CLASS,
    /** A label without its image, or an image without a label. */
    ORPHAN
  }

  /** What a finding does. */
  public enum Reaction {
    REFUSE,
    WARN
  }

  public DatasetSpec {
    classes = List.copyOf(classes);
    quality = Map.copyOf(quality);
  }

  /** What this check does; refuses where the file does not say. */
  public Reaction reactionTo(Check check) {
    return quality.getOrDefault(check, Reaction.REFUSE);
  }
}
