package dev.fovea.labels.format;

import dev.fovea.labels.Mask;
import dev.fovea.labels.Shape;
import dev.fovea.labels.Shape.Box;
import dev.fovea.labels.Shape.KeypointsOnly;
import dev.fovea.labels.Shape.Points;
import dev.fovea.labels.Shape.Polygons;
import dev.fovea.labels.Shape.Polyline;
import dev.fovea.labels.Shape.WholeImage;

/** What a format may be able to hold; the text names several of them, for reports. */
public enum Feature {
  SPLIT("splits"),
  SLICE("slices"),
  IMAGE_ID("numbers of images"),
  IMAGE_SIZE("sizes of images"),
  BACKGROUND("images without annotations"),
  CLASS_ID("numbers of classes"),
  CLASS_PARENT("parents of classes"),
  KEYPOINT_NAMES("keypoint names of classes"),
  SKELETON("skeletons of classes"),
  WHOLE_IMAGE("classes of whole images"),
  SEVERAL_CLASSES("images of several classes"),
  BOX("boxes"),
  ROTATION("rotated boxes"),
  QUADRILATERAL("polygons of four points"),
  POLYGON("polygons"),
  SEVERAL_POLYGONS("objects of several polygons"),
  POLYLINE("polylines"),
  POINTS("points"),
  MASK("masks"),
  MASK_OF_OTHER_SIZE("masks of another size than their image"),
  KEYPOINTS("objects with keypoints"),
  KEYPOINTS_ONLY("objects of keypoints alone"),
  STATED_BOX("boxes stated beside another shape"),
  STATED_AREA("stated areas"),
  ANNOTATION_ID("numbers of annotations"),
  CROWD("crowd flags"),
  OCCLUDED("occluded flags"),
  TRUNCATED("truncated flags"),
  DIFFICULT("difficult flags"),
  GROUP("groups"),
  Z_ORDER("z orders"),
  ATTRIBUTES("free attributes"),
  LICENCE("licences"),
  EXTRAS("other fields of images, objects and classes"),
  NOTES("other fields of the dataset, such as its info");

  private final String plural;

  Feature(String plural) {
    this.plural = plural;
  }

  public String plural() {
    return plural;
  }

  /** What holding this shape takes. */
  public static Feature of(Shape shape) {
    return switch (shape) {
      case WholeImage _ -> WHOLE_IMAGE;
      case KeypointsOnly _ -> KEYPOINTS_ONLY;
      case Box box -> box.rotation() == 0 ? BOX : ROTATION;
      case Polygons polygons when polygons.parts().size() > 1 -> SEVERAL_POLYGONS;
      case Polygons polygons -> polygons.parts().getFirst().size() == 4 ? QUADRILATERAL : POLYGON;
      case Polyline _ -> POLYLINE;
      case Points _ -> POINTS;
      case Mask _ -> MASK;
    };
  }
}
