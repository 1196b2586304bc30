package dev.fovea.registry;

import java.util.List;

/**
 * A metric of a run, as far as it can be drawn.
 *
 * @param run 32 hex digits
 * @param points how many there are in these steps
 * @param drawn by step and time: all, or a sample with the first, the last and every spike; an
 *     infinity is one, though MLflow keeps it as the largest number
 * @param smoothed the value of the smoothed curve at each point drawn; NaN before the first number;
 *     empty where nothing was to be smoothed, or there was too much of it
 */
public record Curve(String run, long points, List<Run.MetricPoint> drawn, List<Double> smoothed) {}
