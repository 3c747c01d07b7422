// The scripts' English; fetched only where English was chosen, since the first page has to be light.

/** @type {typeof import('./app.js').ZH} */
export const APP = {
  done: 'All delivered', waiting: '%n saved on this phone, waiting for a signal', sending: 'Sending, %n to go', photos: ' (photo %u)', attention: '%n need attention',
  signed_out: '%n saved on this phone, sent once you sign in', forbidden: '%n saved on this phone; this account cannot send now, ask the administrator',
  other_user: '%n saved on this phone, sent once you sign in as yourself', busy: '%n saved on this phone; the system is busy and will be tried again',
  failing: '%n saved on this phone; no connection, trying again', others: '%u has %n not sent', send: 'Send now', see: 'Have a look', todo: '%n to see to', storage: 'On this phone', sign_in: 'Sign in',
  insecure: 'This address cannot record offline. Use the one that begins with https.', wechat: 'Inside this app you cannot record offline. Open its menu and choose to open in the browser.',
  blocked: 'Close the other pages of this app, then reload.',
};

/** @type {typeof import('./capture.js').ZH} */
export const CAPTURE = {
  saved: 'Saved on this phone; sent as soon as there is a signal.', delivered: 'Delivered.', kept: 'Put aside; go on with it under My records.',
  restored: 'What you had begun is still here.', empty: 'Write a sentence, note a citizen’s words or take a photo first.',
  sign_in: 'Nobody is signed in on this phone. Sign in once with a signal; after that it works without.',
  unreadable: 'This photo cannot be opened. Take another or save it as JPG.',
  full_photo: 'The phone is full: this photo was not kept, your words were.',
  full: 'The phone is full and this record is not saved yet. Delete some photos or apps, then press again.',
  failed: 'Not saved. Press again; everything is still on this page.', elsewhere: 'Another page is writing this one. Go back to that page to go on.',
  unknown_counter: 'This phone does not know that counter’s code yet. Choose the hall and counter yourself.', many: 'At most 9 photos.',
  photo: 'Photo %n', remove: 'Remove photo %n',
};

/** @type {typeof import('./record_words.js').ZH} */
export const RECORDS = {
  draft: 'Draft', edited: 'Half changed', waiting: 'On this phone', sending: 'Sending', released: 'Delivered', attention: 'Needs attention', go_on: 'Go on',
  wordless: '(no text, %n photos)', taken_back: 'withdrawn', id_conflict: 'Its number was taken; it was sent under a new one.',
  http_500: 'The system failed on this one; it will be tried again.',
  photo_missing: 'A photo is no longer on this phone. The record is not sent without it; please tell the office under Feedback.',
  photo_refused: 'A photo was not accepted; it will be tried again.', too_large: 'Too long to be accepted.',
  attention_other: 'Not accepted; it will be tried again. If this goes on, ask the office.',
};

/** @type {typeof import('./words.js').ZH} */
export const LATER = {
  drop: 'Drop it', drop_title: 'Drop this draft?', drop_text: 'It was never sent; dropped, it is gone.', retry: 'Try again', edit: 'Change it', edit_again: 'Change and send', withdraw: 'Take it back', discard: 'Throw away', save: 'Save to a file', cancel: 'Cancel',
  discard_title: 'Throw this record away?', discard_text: 'It was never delivered; thrown away, it is gone. If you are sure, type %n.', withdraw_title: 'Take this record back?',
  withdraw_text: 'It no longer counts; the office still sees that it was taken back. You may say why.', withdraw_yes: 'Take it back', wrong: 'That was not what was asked for; nothing was thrown away.',
  withdrawn: 'Withdrawn', carried_for: 'Handed in for %u', triaged: 'The office has classified it; it can no longer be changed. To add something, make another record.', held: 'Delivered; the office is checking it.',
  set_aside: 'The office did not take it: %u', custody: 'Somebody handed this in for you; please confirm it.', applied: 'The office has checked and taken it.', forked: 'Changed on two devices; please choose one.',
  chosen: 'One version was chosen.', refused: 'Noted that you did not write it.', confirmed: 'Confirmed as yours.',
  file_of: 'walk-in-survey-not-sent-%u.jsonl', saved_file: 'Saved to a file (%n). Please hand it to the office.', nothing: 'Nothing to save: all is delivered.',
  storage_me: 'Mine', waiting: '%n waiting to be sent', attention: '%n need attention', none: 'All delivered', send: 'Send now', carry: 'Hand in for them',
  carry_title: 'Hand in %n for %u?', carry_text: 'They go with your sign-in and stay %u’s: they count once %u (or an administrator) confirms them. You do not see what they say.', carried: 'Handing in.',
  others: '%u has %n not sent', last: 'Last delivered: %u', used: '%u used; this phone can give %w more', persisted: 'This phone has promised to keep them and will not clear them by itself.',
  fleeting: 'When space runs out the phone may clear what was not sent.', persist: 'Ask it to keep them', refused_persist: 'The phone did not agree. Add this app to the home screen and try again.',
  ballast: '5 MB are set aside so that you can still record when the phone is full.', unknown: 'This browser does not say how much is used.', no_user: 'Nobody has signed in on this phone yet.',
  leave_title: '%n not sent yet', leave_text: 'Signed out, they stay on this phone and go after your next sign-in.', leave_send: 'Send now', leave_stay: 'Keep on this phone and sign out',
  leave_save: 'Save to a file, then delete from this phone', leave_word: 'Delete only once the file is safe. To delete these %n, type %n.', visit: 'Visit', look: 'Look round', journey: 'Handling a matter', dial_test: 'Phone call', follow_up: 'Asked again', confirmation: 'Confirmation', sent_all: 'All sent.', still: '%n are still not sent.', yes: 'Yes',
};

/** @type {typeof import('./aide.js').ZH} */
export const AIDE = {label: 'On behalf of', self: 'Myself'};

/** @type {typeof import('./label.js').ZH} */
export const LABEL = {begin: 'Begin a visit here'};

/** @type {typeof import('./field_words.js').ZH} */
export const FACT = {
  saved: 'Saved on this phone; sent as soon as there is a signal.', sign_in: 'Nobody has signed in on this phone yet. Sign in once with a signal; afterwards it works without.',
  failed: 'Not saved. Press once more; what you wrote is still here.', full: 'This phone is full and nothing was saved. Delete some photos or apps, then press again.',
  order: '“%s” is before the step before it. Change one of the times.', hall: 'Choose a hall.', crossing: 'Departments visit each other, never their own halls. Choose another hall.', other_list: 'The list of this week has not reached this phone yet: look with the usual one, or open this again with a signal.', result: 'Choose one.', words: 'Write what it should say.', look: 'Answer at least one item.', journey: 'Say something of how it went first: which matter, or press Take a number.', number: 'This is not a phone number: digits only, an extension after “ext”.', phone: 'Choose a phone or write the number.', dial: 'Call %s',
  found: 'Record it: %s', over_now: 'This visit is over: %s.', since: 'Since %s', left: '%s recorded', none: 'Nothing wrong found', nothing: 'Nothing recorded yet', elapsed: '%s minutes so far', promised: 'Promised: %s', materials: 'Papers in the guide: %s', and: ', ', over: '%s, more than the promised %s', within: '%s, promised %s',
  many_trips: 'Trips: write a number from 0 to 99.', trips: '%s trips', minutes: '%s minutes', days: '%s working days',
  entered: 'Entered for you: is it right?', again: 'Time to ask again', past: 'Where you have been', assigned: 'Where you are to go',
  noes: '%s seen to be “no”', calls: '%s calls unanswered', troubles: '%s troubles on the way', no: 'No: %s', unanswered: 'Nobody answered: %s', wordless: '(no text)',
  undo: 'Wrong hall: take this visit back', undo_text: 'This visit no longer counts; what you recorded stays and can be changed under My records.', undo_yes: 'Take it back', undo_no: 'Keep it', no_record: 'No problem recorded apart', not_left: 'Leave was not pressed', incomplete: 'Papers differ from the guide', not_once: 'Not told everything at once', not_done: 'Not done',
  no_halls: 'There are no halls in the catalogue yet: the reform office enters them first. A record can be made all the same.',
  unfinished: '%s: begun and not saved. Save it first, or press Leave once more to let it be.', forgotten: 'On %s you did not press Leave at %s; that visit has been put away.',
};
