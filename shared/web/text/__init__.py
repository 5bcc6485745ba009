"""The words of pages: labels, phrases, messages, durations, next steps, the timeline."""
