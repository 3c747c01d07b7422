// The scripts' English; fetched only where English was chosen, since the first page has to be light.

/** @type {typeof import('./app.js').ZH} */
export const APP = {
  done: 'All delivered', waiting: '%n saved on this phone, waiting for a signal', sending: 'Sending, %n to go', attention: '%n need attention',
  signed_out: '%n saved on this phone, sent once you sign in', forbidden: '%n saved on this phone; this account cannot send now, ask the administrator',
  other_user: '%n saved on this phone, sent once you sign in as yourself', busy: '%n saved on this phone; the system is busy and will be tried again',
  failing: '%n saved on this phone; no connection, trying again', others: '%u has %n not sent', send: 'Send now', see: 'Have a look', sign_in: 'Sign in',
  leave: '%n not sent yet. They stay on this phone and are sent after your next sign-in. Sign out now?',
  insecure: 'This address cannot record offline. Use the one that begins with https.', wechat: 'WeChat cannot record offline. Tap “···” and open in the browser.',
  blocked: 'Close the other pages of this app, then reload.',
};

/** @type {typeof import('./capture.js').ZH} */
export const CAPTURE = {
  draft: 'Draft', waiting: 'On this phone', sending: 'Sending', released: 'Delivered', attention: 'Needs attention',
  saved: 'Saved on this phone; sent as soon as there is a signal.', delivered: 'Delivered.', kept: 'Put aside; go on with it under My records.',
  restored: 'What you had begun is still here.', empty: 'Write a sentence, note a citizen’s words or take a photo first.',
  sign_in: 'Nobody has signed in on this phone yet. Sign in once with a signal; after that it works without.',
  unreadable: 'This photo cannot be opened. Take another or save it as JPG.', full_photo: 'The phone is full: this photo was not kept, your words were.',
  full: 'The phone is full and this record is not saved yet. Delete some photos or apps, then press again.', failed: 'Not saved. Press again; everything is still on this page.',
  elsewhere: 'Another page is writing this one. Go back to that page to go on.',
  unknown_counter: 'This phone does not know that counter’s code yet. Choose the hall and counter yourself.', many: 'At most 9 photos.',
  photo: 'Photo %n', remove: 'Remove photo %n', go_on: 'Go on', wordless: '(no text, %n photos)',
  id_conflict: 'Its number was taken; it was sent under a new one.', http_500: 'The system failed on this one; it will be tried again.', photo_missing: 'A photo is no longer on this phone. The record is not sent without it; please tell the office under Feedback.',
  photo_refused: 'A photo was not accepted; it will be tried again.', too_large: 'Too long to be accepted.', attention_other: 'Not accepted; it will be tried again. If this goes on, ask the office.',
};
