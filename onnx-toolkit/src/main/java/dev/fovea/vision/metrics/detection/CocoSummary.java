package dev.fovea.vision.metrics.detection;

/**
 * COCO's twelve numbers, 0 to 1 each; -1 where no truth counts. Averages of precision and recall
 * are over the categories that have truths and, but for {@code ap50} and {@code ap75}, over the
 * overlaps 0.50, 0.55 … 0.95.
 *
 * @param ap the average precision, often called mAP
 * @param ap50 at overlap 0.50
 * @param ap75 at overlap 0.75
 * @param apSmall of objects up to 32² px
 * @param apMedium of objects of 32² to 96² px
 * @param apLarge of objects from 96² px on
 * @param arFew the average recall with the best detection of each image and category (AR1)
 * @param arSome with the best ten (AR10)
 * @param ar with the best hundred (AR100)
 * @param arSmall of objects up to 32² px
 * @param arMedium of objects of 32² to 96² px
 * @param arLarge of objects from 96² px on
 */
public record CocoSummary(
    double ap,
    double ap50,
    double ap75,
    double apSmall,
    double apMedium,
    double apLarge,
    double arFew,
    double arSome,
    double ar,
    double arSmall,
    double arMedium,
    double arLarge) {}
