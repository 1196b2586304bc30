package dev.fovea.rollouts.judge;

/**
 * What both arms did side by side.
 *
 * @param id counts up from 1 within a rollout; the same id is the same window
 */
public record Window(long id, ArmCounts stable, ArmCounts canary) {}
