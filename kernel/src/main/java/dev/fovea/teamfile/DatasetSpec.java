package dev.fovea.teamfile;

import java.util.List;
import java.util.Map;

/**
 * One dataset of the repository.
 *
 * @param path its {@code .dvc} file, relative to the repository's root
 * @param format how its labels are written
 * @param classes the labels that exist; empty means that the first version decides
 * @param quality what each check does when it finds something; a check that is not named does its
 *     default
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
    UNDECODABLE(Reaction.REFUSE),
    /** The same bytes in two splits. */
    SPLIT_LEAKAGE(Reaction.REFUSE),
    /** Images of two splits that look alike. */
    NEAR_DUPLICATE(Reaction.WARN),
    /** The same bytes twice in one split. */
    DUPLICATE(Reaction.WARN),
    /** A label that is no class. */
    UNKNOWN_CLASS(Reaction.REFUSE),
    /**
     * An object that is not finite, encloses nothing or leaves its image, or an image of another
     * size than its labels say.
     */
    INVALID_OBJECT(Reaction.REFUSE),
    /** A label without its image, or an image without a label. */
    ORPHAN(Reaction.REFUSE),
    /**
     * A class that a split lacks or that has few images to train on; shares of classes that are far
     * from those of the version before.
     */
    CLASS_BALANCE(Reaction.WARN),
    /** An image whose channels, EXIF orientation or size differ from what the dataset has. */
    IMAGE_SURPRISE(Reaction.WARN);

    private final Reaction unlessNamed;

    Check(Reaction unlessNamed) {
      this.unlessNamed = unlessNamed;
    }
  }

  /** What a finding does. */
  public enum Reaction {
    REFUSE,
    WARN,
    /** Nothing is said; what cannot be used is left out of the version as with a warning. */
    OFF
  }

  public DatasetSpec {
    classes = List.copyOf(classes);
    quality = Map.copyOf(quality);
  }

  /** What this check does; its own default where the file does not say. */
  public Reaction reactionTo(Check check) {
    return quality.getOrDefault(check, check.unlessNamed);
  }
}
