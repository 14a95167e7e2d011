// What the lock screen and the keys of a headset show and do.

export function mediaSession(page, sound, play) {
  if (!("mediaSession" in navigator)) return;
  const { title, by, archive } = page.dataset;
  navigator.mediaSession.metadata = new MediaMetadata({ title, artist: by, album: archive });
  const acts = {
    play,
    pause: () => sound.pause(),
    seekbackward: ({ seekOffset }) => sound.seek(sound.now - (seekOffset ?? 10) * 1000),
    seekforward: ({ seekOffset }) => sound.seek(sound.now + (seekOffset ?? 10) * 1000),
    seekto: ({ seekTime }) => sound.seek(seekTime * 1000),
  };
  for (const [name, act] of Object.entries(acts)) navigator.mediaSession.setActionHandler(name, act);
}
