// Shows one step at a time; `#step-3` names one. All that is shown is in the page already.
'use strict';

const button = (id) => document.querySelector(`#${id}`);

// A drawing that is wider than its place is scrolled by the arrows while it has the focus.
const scrolls = (key, target) => {
  const place = target.closest?.('.scroll, pre');
  return key.startsWith('Arrow') && place !== null && place !== undefined && place.scrollWidth > place.clientWidth;
};

// The list is scrolled, and not the page: who reads further down stays there.
const keepInView = (link) => {
  const list = link.closest('ol');
  const top = link.offsetTop - list.offsetTop;
  list.scrollTop = Math.min(top, Math.max(list.scrollTop, top + link.offsetHeight - list.clientHeight));
};

(() => {
  const steps = [...document.querySelectorAll('section.step')];
  const links = [...document.querySelectorAll('nav li a')];
  const where = document.querySelector('#where');
  const last = steps.length - 1;
  let at = 0;

  const named = () => {
    const number = Number(/^#step-(\d+)$/.exec(location.hash)?.[1] ?? '0');
    return Math.min(number, last);
  };

  // Of what is hidden no width is known.
  const markCut = () => {
    for (const one of steps[at].querySelectorAll('.scroll'))
      one.classList.toggle('cut', one.scrollWidth > one.clientWidth + 1);
  };

  const show = (number) => {
    at = Math.max(0, Math.min(number, last));
    for (const [i, step] of steps.entries()) step.hidden = i !== at;
    for (const [i, link] of links.entries()) {
      if (i === at) link.setAttribute('aria-current', 'step');
      else link.removeAttribute('aria-current');
    }
    keepInView(links[at]);
    where.textContent = at === 0 ? `initial, of ${last}` : `step ${at} of ${last}`;
    for (const id of ['first', 'previous']) button(id).disabled = at === 0;
    for (const id of ['next', 'last']) button(id).disabled = at === last;
    markCut();
  };

  const goTo = (number) => {
    show(number);
    history.replaceState(null, '', `#step-${at}`);
  };

  const moves = {
    ArrowLeft: () => goTo(at - 1),
    k: () => goTo(at - 1),
    ArrowRight: () => goTo(at + 1),
    j: () => goTo(at + 1),
    Home: () => goTo(0),
    End: () => goTo(last),
  };

  document.addEventListener('keydown', (event) => {
    const { key, target, altKey, ctrlKey, metaKey } = event;
    if (altKey || ctrlKey || metaKey || !Object.hasOwn(moves, key) || scrolls(key, target)) return;
    event.preventDefault();
    moves[key]();
  });
  button('first').addEventListener('click', moves.Home);
  button('previous').addEventListener('click', moves.ArrowLeft);
  button('next').addEventListener('click', moves.ArrowRight);
  button('last').addEventListener('click', moves.End);
  window.addEventListener('resize', markCut);
  window.addEventListener('hashchange', () => show(named()));
  document.documentElement.classList.add('stepping');
  show(named());
  window.scrollTo(0, 0);
})();
